"""What shoppers and staff do through crashes: the same call, under the same key, until it is answered as it must be."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from emporium.catalog.v1 import catalog_pb2
from emporium.common.v1.money_pb2 import Money
from emporium.order.v1 import cart_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from chassis.identity import Caller
from chassis.tasks import ended
from tests.fault.arena import fresh_key
from tests.fault.modes import Errand, Mode
from tests.fixtures.order import Guest, RunningOrder

MANAGER = Caller(user_id="usr_manager", roles=frozenset({"order_manager"}))
PATIENCE_SECONDS = 60
REFUND = 1_000
BOUGHT = frozenset({pb.PAID, pb.PARTIALLY_PAID})


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """Somebody with a cart, and the key of their errand."""

    guest: Guest
    mode: Mode
    key: str
    order: pb.Order | None = None
    """When it was paid before."""


async def shopper(shop: RunningOrder, mode: Mode, sku: str, code: str) -> Shopper:
    """Ready for the errand: with a cart, or with a paid order, shipped if it shall come back."""
    guest = await shop.guest((sku, 1))
    with identity.acting_as(guest.caller):
        request = cart_pb2.AddDiscountCodeRequest(cart_id=guest.cart.id, code=code)
        cart = (await shop.carts.AddDiscountCode(request)).cart
    ready = Shopper(guest=replace(guest, cart=cart), mode=mode, key=fresh_key())
    if not mode.errand.after_purchase:
        return ready
    order = await buy(shop, ready)
    if mode.errand is Errand.GIVE_BACK:
        with identity.acting_as(MANAGER):
            shipping = pb.FulfillOrderRequest(order_id=order.id, idempotency_key=fresh_key())
            order = (await shop.orders.FulfillOrder(shipping)).order
    return replace(ready, order=order)


async def saved_code(shop: RunningOrder, uses: int) -> str:
    """A new discount code that can be used so often."""
    name = f"K{fresh_key()[:10].upper()}"
    made = pb.DiscountCode(code=name, percent_off=10, usage_limit=uses)
    answer = await shop.orders.SaveDiscountCode(pb.SaveDiscountCodeRequest(discount_code=made))
    assert not answer.user_errors
    return name


async def run(shop: RunningOrder, one: Shopper) -> pb.Order:
    """The order when the errand is done."""
    match one.mode.errand:
        case Errand.CANCEL:
            return await cancel(shop, one, ordered(one).id)
        case Errand.CANCEL_IN_FLIGHT:
            return await cancel_in_flight(shop, one)
        case Errand.REFUND:
            return await refund(shop, one)
        case Errand.GIVE_BACK:
            return await give_back(shop, one)
        case _:
            return await buy(shop, one)


async def buy(shop: RunningOrder, one: Shopper) -> pb.Order:
    async def again() -> pb.Order | None:
        order = (await shop.complete(one.guest, one.mode.token, key=one.key)).order
        if order.payment_status == pb.ACTION_REQUIRED:
            order = await _at_the_bank(shop, one, order)
        return order if order.payment_status in BOUGHT or order.status in {pb.REJECTED, pb.CLOSED} else None

    return await persistently(again)


async def _at_the_bank(shop: RunningOrder, one: Shopper, order: pb.Order) -> pb.Order:
    errand = one.mode.errand
    if errand is Errand.ABANDON:
        return (await _cancelled(shop, one, order.id)).order
    if errand is Errand.BUY_AND_LOSE_THE_STOCK:
        await _lose_the_stock(shop, order.id)
    if order.payment_action.url:
        await shop.sandbox.authenticate(order.payment_action.url, "approve")
    if errand is Errand.LEAVE_AT_THE_BANK:
        return order
    with identity.acting_as(one.guest.caller):
        request = pb.ContinuePaymentRequest(order_id=order.id)
        return (await shop.orders.ContinuePayment(request, timeout=10)).order


async def _lose_the_stock(shop: RunningOrder, order_id: str) -> None:
    rows = await shop.rows("SELECT payload FROM sagas WHERE order_id = %s", [order_id])
    ids = [rows[0]["payload"]["reservation_id"]]
    await shop.catalog.inventory.ReleaseStock(catalog_pb2.ReservationsRequest(reservation_ids=ids))


async def _cancelled(shop: RunningOrder, one: Shopper, order_id: str) -> pb.OrderResponse:
    with identity.acting_as(one.guest.caller):
        return await shop.orders.CancelOrder(
            pb.CancelOrderRequest(order_id=order_id, idempotency_key=one.key), timeout=10
        )


async def cancel(shop: RunningOrder, one: Shopper, order_id: str) -> pb.Order:
    async def again() -> pb.Order | None:
        order = (await _cancelled(shop, one, order_id)).order
        return order if order.payment_status == one.mode.payment_status else None

    return await persistently(again)


async def cancel_in_flight(shop: RunningOrder, one: Shopper) -> pb.Order:
    buying = asyncio.create_task(buy(shop, one))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (rows := await shop.rows(CONFIRMED, [one.guest.cart.id])):
                await asyncio.sleep(0.02)
        return await cancel(shop, one, rows[0]["id"])
    finally:
        await ended(buying)


CONFIRMED = "SELECT id FROM orders WHERE cart_id = %s AND status IN ('CONFIRMED', 'CANCELLED')"


async def refund(shop: RunningOrder, one: Shopper) -> pb.Order:
    amount = Money(minor_units=REFUND, currency_code=ordered(one).totals.total.currency_code)
    request = pb.RefundOrderRequest(order_id=ordered(one).id, idempotency_key=one.key, amount=amount)

    async def again() -> pb.Order | None:
        with identity.acting_as(MANAGER):
            answer = await shop.orders.RefundOrder(request, timeout=10)
        return answer.order if answer.order.refunded.minor_units or answer.user_errors else None

    return await persistently(again)


async def give_back(shop: RunningOrder, one: Shopper) -> pb.Order:
    lines = [pb.FulfillmentLine(order_line_id=ordered(one).lines[0].id, quantity=1)]
    request = pb.ReturnOrderRequest(order_id=ordered(one).id, idempotency_key=one.key, lines=lines)

    async def again() -> pb.Order | None:
        with identity.acting_as(MANAGER):
            answer = await shop.orders.ReturnOrder(request, timeout=10)
        return answer.order if answer.order.refunded.minor_units else None

    return await persistently(again)


async def persistently(again: Callable[[], Awaitable[pb.Order | None]]) -> pb.Order:
    """The answer at last: what is not answered, or not as wanted, is asked again."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(EmporiumError):
                order = await again()
                if order is not None:
                    return order
            await asyncio.sleep(0.03)


def ordered(one: Shopper) -> pb.Order:
    assert one.order is not None
    return one.order
