"""The order service dies at every step of checkout, in every phase, and nothing is lost, sold or charged twice.

Each case proves that its fault fired: the process must have ended with the kill point's exit code.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from emporium.catalog.v1 import catalog_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from subgraphs.order.saga.kill_points import AFTER_INTENT, AFTER_RECORD, AFTER_REMOTE, PHASES
from tests.fault.arena import KILLED, Arena, arena, fresh_key
from tests.fixtures.order import SERVICE, Guest
from tests.fixtures.stack import SharedServers
from tests.fixtures.steps import CHECKOUT_STEPS, UNDO_STEPS

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
UNITS = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def field(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Arena]:
    async with arena(servers, tmp_path_factory.mktemp("arena")) as running:
        yield running


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A shopper who sends the same checkout until it is answered."""

    guest: Guest
    token: str
    key: str


async def attempt(field: Arena, sku: str, token: str) -> Attempt:
    return Attempt(guest=await field.shop.guest((sku, 1)), token=token, key=fresh_key())


async def answered(field: Arena, one: Attempt) -> pb.Order:
    """The same key again, after the crash, until the outcome is there."""
    async with asyncio.timeout(20):
        while True:
            try:
                order = (await field.shop.complete(one.guest, one.token, key=one.key)).order
                if order.payment_status in (pb.PAID, pb.ACTION_REQUIRED) or order.status == pb.REJECTED:
                    return order
            except EmporiumError:
                await asyncio.sleep(0.05)


async def killed_while(field: Arena, point: str, *attempts: Attempt) -> None:
    """Sends the checkouts all at once into a process that dies at the point, and starts its successor."""
    field.order.kill_at(point)
    sent = [asyncio.create_task(field.shop.complete(one.guest, one.token, key=one.key)) for one in attempts]
    code = await field.order.died()
    field.order.kill_at("")
    assert code == KILLED, "the fault never fired"
    await asyncio.gather(*sent, return_exceptions=True)
    await field.start_order()


async def assert_nothing_lost(field: Arena, sku: str, orders: list[pb.Order]) -> None:
    """I1–I4 and I12, in our books, in the stock ledger and in the provider's."""
    await field.shop.quiet(20)
    assert await field.shop.breaches() == {}
    sold = sum(order.status == pb.CONFIRMED for order in orders)
    assert await field.shop.stock(sku) == (UNITS - sold, 0, 0, sold)
    assert await field.ledger_breaches([sku]) == []
    for order in orders:
        total = order.totals.total.minor_units
        kinds = await field.shop.sandbox.entries(order.id)
        if order.status == pb.CONFIRMED:
            assert kinds == [("authorized", total), ("captured", total)]
        else:
            assert kinds in ([], [("declined", total)], [("authorized", total), ("voided", total)])


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("step", CHECKOUT_STEPS)
async def test_a_crash_of_checkout(field: Arena, step: str, phase: str):
    sku = await field.shop.product(units=UNITS)
    good = [await attempt(field, sku, "tok_approve") for _ in range(2)]
    bad = await attempt(field, sku, "tok_decline")
    await killed_while(field, f"{step}.{phase}", *good, bad)
    orders = [await answered(field, one) for one in (*good, bad)]
    assert [order.status for order in orders] == [pb.CONFIRMED, pb.CONFIRMED, pb.REJECTED]
    await assert_nothing_lost(field, sku, orders)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("step", [step for step in UNDO_STEPS if step != "authorize_payment"])
async def test_a_crash_of_the_compensation_of_a_decline(field: Arena, step: str, phase: str):
    sku = await field.shop.product(units=UNITS)
    bad = await attempt(field, sku, "tok_decline")
    await killed_while(field, f"undo_{step}.{phase}", bad)
    order = await answered(field, bad)
    assert order.status == pb.REJECTED
    await assert_nothing_lost(field, sku, [order])


@pytest.mark.parametrize("phase", PHASES)
async def test_a_crash_of_the_compensation_of_an_authorisation(field: Arena, phase: str):
    """The reservation is gone when the bank approves: the authorisation must be voided, once."""
    sku = await field.shop.product(units=UNITS)
    one = await attempt(field, sku, "tok_3ds")
    order = await answered(field, one)
    rows = await field.shop.rows("SELECT payload FROM sagas WHERE order_id = %s", [order.id])
    with identity.acting_as(SERVICE):
        ids = [rows[0]["payload"]["reservation_id"]]
        await field.shop.catalog.inventory.ReleaseStock(catalog_pb2.ReservationsRequest(reservation_ids=ids))
    await field.shop.sandbox.authenticate(order.payment_action.url, "approve")
    field.order.kill_at(f"undo_authorize_payment.{phase}")
    with identity.acting_as(one.guest.caller):
        call = field.shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id))
        back = asyncio.ensure_future(call)
    assert await field.order.died() == KILLED
    field.order.kill_at("")
    await asyncio.gather(back, return_exceptions=True)
    await field.start_order()
    rejected = await field.shop.until(order.id, lambda order: order.status == pb.REJECTED)
    await assert_nothing_lost(field, sku, [rejected])


@pytest.mark.parametrize(
    ("token", "point"),
    [
        ("tok_charge_then_timeout", f"authorize_payment.{AFTER_REMOTE}"),
        ("tok_500_after_charge", f"authorize_payment.{AFTER_RECORD}"),
        ("tok_capture_then_timeout", f"capture_payment.{AFTER_REMOTE}"),
    ],
)
async def test_a_crash_beside_a_misbehaving_provider(field: Arena, token: str, point: str):
    sku = await field.shop.product(units=UNITS)
    one = await attempt(field, sku, token)
    await killed_while(field, point, one)
    order = await answered(field, one)
    assert order.status == pb.CONFIRMED
    await assert_nothing_lost(field, sku, [order])


@pytest.mark.parametrize("step", ["reserve_stock", "authorize_payment", "capture_payment"])
async def test_a_crash_of_the_recovery(field: Arena, step: str):
    sku = await field.shop.product(units=UNITS)
    one = await attempt(field, sku, "tok_approve")
    point = f"{step}.{AFTER_INTENT}"
    field.order.kill_at(point)
    sent = asyncio.create_task(field.shop.complete(one.guest, one.token, key=one.key))
    assert await field.order.died() == KILLED
    await asyncio.gather(sent, return_exceptions=True)
    field.order.kill_at(f"{step}.{AFTER_REMOTE}")
    field.order.launch()
    assert await field.order.died(20) == KILLED
    field.order.kill_at("")
    await field.start_order()
    order = await answered(field, one)
    assert order.status == pb.CONFIRMED
    await assert_nothing_lost(field, sku, [order])
