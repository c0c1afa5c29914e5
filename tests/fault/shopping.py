"""A shopper who never gives up, and what must hold when the dust has settled."""

import asyncio
from dataclasses import dataclass

from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from tests.fault.arena import Arena, fresh_key
from tests.fixtures.order import Guest

FINAL = frozenset({pb.REJECTED, pb.CLOSED})
PATIENCE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A shopper who sends the same checkout, under the same key, until it is answered."""

    guest: Guest
    token: str
    key: str


async def attempt(field: Arena, sku: str, token: str) -> Attempt:
    return Attempt(guest=await field.shop.guest((sku, 1)), token=token, key=fresh_key())


async def answered(field: Arena, one: Attempt) -> pb.Order:
    """The same key again and again, through crashes, until the outcome is there; approves at the bank when asked."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                order = (await field.shop.complete(one.guest, one.token, key=one.key)).order
                if order.payment_status == pb.ACTION_REQUIRED:
                    order = await confirmed_at_the_bank(field, one, order)
                if order.payment_status == pb.PAID or order.status in FINAL:
                    return order
            except EmporiumError:
                pass
            await asyncio.sleep(0.05)


async def confirmed_at_the_bank(field: Arena, one: Attempt, order: pb.Order) -> pb.Order:
    if order.payment_action.url:
        await field.shop.sandbox.authenticate(order.payment_action.url, "approve")
    with identity.acting_as(one.guest.caller):
        return (await field.shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id), timeout=10)).order


async def assert_nothing_lost(field: Arena, sku: str, units: int, orders: list[pb.Order]) -> None:
    """I1 to I12 in all three books, this SKU to the unit and these orders to the cent."""
    await field.shop.quiet(30)
    sold = sum(order.status == pb.CONFIRMED for order in orders)
    assert await field.shop.stock(sku) == (units - sold, 0, 0, sold)
    for order in orders:
        total = order.totals.total.minor_units
        kinds = await field.shop.sandbox.entries(order.id)
        if order.status == pb.CONFIRMED:
            assert kinds == [("authorized", total), ("captured", total)]
        elif order.status == pb.CLOSED:
            assert kinds == [("authorized", total), ("expired", total)]
        else:
            assert kinds in ([], [("declined", total)], [("authorized", total), ("voided", total)], [("voided", 0)])
    assert await field.breaches() == {}
