"""The shop changes while a checkout is under way: prices, tax, what is for sale, the clocks, the release itself.

What was agreed before the change holds to the cent; what was not is refused before any money is held.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from subgraphs.order.saga.kill_points import AFTER_INTENT, EXIT_CODE
from tests.fault.histories.shoppers import error_code
from tests.fault.wired import WiredShop, wired_shop
from tests.fixtures.catalog import product_input, variant_input
from tests.fixtures.order import Guest
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
UNITS = 5
TAXED = """
[tax]
prices = "exclusive"
[[tax.rates]]
name = "VAT"
country = "GB"
percent = 20
[[delivery]]
code = "standard"
name = "Standard"
tariff = "flat"
prices = { USD = "4.90" }
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wired(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[WiredShop]:
    async with wired_shop(servers, tmp_path_factory.mktemp("wired"), names=["order-a"]) as shop:
        yield shop


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


async def change(wired: WiredShop, sku: str, *, cents: int = 4999, published: bool = True) -> None:
    """The product of `RunningOrder.product`, saved anew."""
    variant = variant_input(sku, units=None, cents=cents)
    product = product_input(sku, variants=[variant], published=published)
    (write,) = await wired.shop.catalog.upsert(product)
    assert not write.user_errors, write.user_errors


async def killed_at(wired: WiredShop, point: str, guest: Guest, key: str) -> None:
    """A checkout whose order service died at the point."""
    wired.kill_at(point)
    call = asyncio.ensure_future(wired.shop.complete(guest, key=key))
    assert await wired.orders["order-a"].died() == EXIT_CODE, "the fault never fired"
    await asyncio.gather(call, return_exceptions=True)


async def outcome(wired: WiredShop, guest: Guest, key: str) -> pb.CheckoutResponse:
    """The same key again, until it is settled."""
    async with asyncio.timeout(60):
        while True:
            try:
                answer = await wired.shop.complete(guest, key=key)
            except EmporiumError:
                continue
            order = answer.order
            if order.payment_status == pb.PAID or order.status == pb.REJECTED:
                await wired.shop.quiet(30)
                return answer
            await asyncio.sleep(0.05)


async def at_the_bank(wired: WiredShop, guest: Guest, key: str) -> pb.Order:
    """Priced and reserved; the shopper is asked by the bank."""
    order = (await wired.shop.complete(guest, "tok_3ds+webhook_never", key=key)).order
    assert order.payment_status == pb.ACTION_REQUIRED
    return order


async def back_from_the_bank(wired: WiredShop, guest: Guest, order: pb.Order) -> pb.Order:
    await wired.shop.sandbox.authenticate(order.payment_action.url, "approve")
    with identity.acting_as(guest.caller):
        await wired.shop.orders.ContinuePayment(pb.ContinuePaymentRequest(order_id=order.id), timeout=20)
    await wired.shop.quiet(30)
    return await wired.shop.order(order.id)


async def refused_without_a_trace(wired: WiredShop, answer: pb.CheckoutResponse, sku: str, code: str) -> None:
    assert (answer.order.status, [error_code(one) for one in answer.user_errors]) == (pb.REJECTED, [code])
    assert await wired.shop.sandbox.entries(answer.order.id) == []
    assert await wired.shop.stock(sku) == (UNITS, 0, 0, 0)
    assert await wired.breaches() == {}


async def paid_as_agreed(wired: WiredShop, order: pb.Order, sku: str, total: int) -> None:
    assert (order.status, order.payment_status, order.totals.total.minor_units) == (pb.CONFIRMED, pb.PAID, total)
    assert await wired.shop.sandbox.entries(order.id) == [("authorized", total), ("captured", total)]
    assert await wired.shop.stock(sku) == (UNITS - 1, 0, 0, 1)
    assert await wired.breaches() == {}


# 27: prices and tax


async def test_price_and_tax_that_change_after_pricing_change_nothing_that_was_agreed(
    wired: WiredShop, key: str, tmp_path: Path
):
    sku = await wired.shop.product(units=UNITS)
    guest = await wired.shop.guest((sku, 1))
    agreed = guest.cart.totals.total.minor_units
    order = await at_the_bank(wired, guest, key)
    await change(wired, sku, cents=9999)
    (tmp_path / "taxed.toml").write_text(TAXED)
    await wired.restart_orders(PRICING_FILE=str(tmp_path / "taxed.toml"))
    try:
        today = (await wired.shop.guest((sku, 1))).cart.totals.total.minor_units
        assert today > 2 * agreed, "the fault never fired: nothing costs more"
        await paid_as_agreed(wired, await back_from_the_bank(wired, guest, order), sku, agreed)
    finally:
        await wired.restart_orders(PRICING_FILE="")


async def test_a_price_that_changes_before_pricing_is_refused_with_both_totals(wired: WiredShop, key: str):
    sku = await wired.shop.product(units=UNITS)
    guest = await wired.shop.guest((sku, 1))
    await killed_at(wired, f"price.{AFTER_INTENT}", guest, key)
    await change(wired, sku, cents=5099)
    await wired.restart_orders()
    answer = await outcome(wired, guest, key)
    await refused_without_a_trace(wired, answer, sku, "PRICE_CHANGED")
    told = answer.user_errors[0].price_changed
    assert told.actual.minor_units - told.expected.minor_units == 100


# 28: what is for sale


async def test_a_product_unpublished_after_it_was_reserved_is_sold_as_agreed(wired: WiredShop, key: str):
    sku = await wired.shop.product(units=UNITS)
    guest = await wired.shop.guest((sku, 1))
    order = await at_the_bank(wired, guest, key)
    assert await wired.shop.stock(sku) == (UNITS - 1, 1, 0, 0)
    await change(wired, sku, published=False)
    done = await back_from_the_bank(wired, guest, order)
    await paid_as_agreed(wired, done, sku, guest.cart.totals.total.minor_units)


@pytest.mark.parametrize("step", ["price", "reserve_stock"])
async def test_a_product_unpublished_before_it_was_reserved_is_refused(wired: WiredShop, key: str, step: str):
    sku = await wired.shop.product(units=UNITS)
    guest = await wired.shop.guest((sku, 1))
    await killed_at(wired, f"{step}.{AFTER_INTENT}", guest, key)
    await change(wired, sku, published=False)
    await wired.restart_orders()
    answer = await outcome(wired, guest, key)
    code = {"price": "NOT_AVAILABLE", "reserve_stock": "UNKNOWN_SKU"}[step]
    await refused_without_a_trace(wired, answer, sku, code)


# 45: a release in the middle

FORGOTTEN = ("customer_id", "region", "abandoned", "captured", "lapsed")
"""What later releases remember beside what the first one did."""
STANDS_AT = {"secure_stock": "authorize_payment"}
"""Where the log has a checkout that was killed at a step recorded together with the one before."""


@pytest.mark.parametrize("step", ["authorize_payment", "secure_stock", "capture_payment", "commit_stock"])
async def test_a_checkout_that_the_first_release_left_at_a_step_is_finished_by_this_one(
    wired: WiredShop, key: str, step: str
):
    sku = await wired.shop.product(units=UNITS)
    guest = await wired.shop.guest((sku, 1))
    await killed_at(wired, f"{step}.{AFTER_INTENT}", guest, key)
    older = "UPDATE sagas SET payload = payload - %s::text[] WHERE step = %s AND state = 'RUNNING' RETURNING version"
    async with wired.shop.db.transaction() as tx:
        rows = await (await tx.execute(older, [list(FORGOTTEN), STANDS_AT.get(step, step)])).fetchall()
    assert [row["version"] for row in rows] == [1], "the fault never fired"
    await wired.restart_orders()
    answer = await outcome(wired, guest, key)
    await paid_as_agreed(wired, answer.order, sku, guest.cart.totals.total.minor_units)
