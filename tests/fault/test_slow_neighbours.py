"""Ways that are slow or half open, clocks that are wrong, a search engine that is away: checkout stays whole."""

import asyncio
import uuid
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from emporium.catalog.v1 import catalog_pb2
from emporium.order.v1 import order_pb2 as pb

from chassis import identity
from chassis.errors import EmporiumError
from subgraphs.order.checkout.complete_checkout import PRICING_SECONDS
from subgraphs.order.saga.kill_points import AFTER_INTENT, AFTER_RECORD, AFTER_REMOTE, EXIT_CODE
from tests.fault.arena import LEASE_SECONDS
from tests.fault.proxy import Fault
from tests.fault.wired import WiredShop, reached, wired_shop
from tests.fixtures.order import SERVICE, Guest
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers, pytest.mark.asyncio(loop_scope="module")]
UNITS = 9
SKEWS = {"order-a": -4, "order-b": 4}
"""Seconds: four leases. More is refused between services anyway, by their tokens' times."""
DUE = """
SELECT extract(epoch FROM due_at - now())::float8 AS left, epoch FROM sagas WHERE state = 'RUNNING' AND order_id = ANY(
    SELECT id FROM orders WHERE cart_id = %s)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wired(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[WiredShop]:
    folder = tmp_path_factory.mktemp("wired")
    async with wired_shop(servers, folder, CHECKOUT_WAIT_SECONDS="0.3") as shop:
        yield shop


async def paid(wired: WiredShop, guest: Guest, key: str, token: str = "tok_approve", at: str = "order-a") -> pb.Order:
    async with asyncio.timeout(90):
        while True:
            try:
                order = (await wired.shops[at].complete(guest, token, key=key)).order
                if order.payment_status == pb.PAID:
                    return order
            except EmporiumError:
                pass
            await asyncio.sleep(0.05)


async def whole(wired: WiredShop, sku: str, orders: list[pb.Order]) -> None:
    """Each order is sold and paid for once."""
    await wired.shop.quiet(60)
    for order in orders:
        total = order.totals.total.minor_units
        assert await wired.shop.sandbox.entries(order.id) == [("authorized", total), ("captured", total)]
    assert await wired.shop.stock(sku) == (UNITS - len(orders), 0, 0, len(orders))
    assert await wired.breaches() == {}


# 47: a subgraph that is slow, or whose answers are lost


async def test_a_slow_catalogue_delays_a_checkout_and_halves_none(wired: WiredShop):
    sku = await wired.shop.product(units=UNITS)
    guest, key = await wired.shop.guest((sku, 1)), uuid.uuid4().hex
    slow = wired.ways["order-a to catalog"]
    await slow.cut(Fault.DELAY, delay=0.5)
    try:
        first = (await wired.shop.complete(guest, key=key)).order
        assert (first.status, first.payment_status) == (pb.PENDING, pb.PAYMENT_PENDING)
        order = await paid(wired, guest, key)
    finally:
        await slow.heal()
    assert order.id == first.id
    assert slow.hits[Fault.DELAY] > 0, "the fault never fired"
    await whole(wired, sku, [order])


@pytest.mark.slow
@pytest.mark.parametrize("phase", [AFTER_REMOTE, AFTER_RECORD])
async def test_an_order_placed_without_prices_is_not_lost_by_a_kill_at_its_own_pricing(wired: WiredShop, phase: str):
    """The catalogue answers one service too late to price ahead: only the checkout itself can reach these points, there
    or, when its lease is over first, at the other service."""
    sku = await wired.shop.product(units=UNITS)
    guest, key = await wired.shop.guest((sku, 1)), uuid.uuid4().hex
    slow = wired.ways["order-a to catalog"]
    await slow.cut(Fault.DELAY, delay=PRICING_SECONDS)
    wired.kill_at(f"price.{phase}")
    call = asyncio.ensure_future(paid(wired, guest, key, at="order-a"))
    try:
        async with asyncio.timeout(60):
            while not (dead := [name for name, server in wired.orders.items() if server.ended]):
                await asyncio.sleep(0.02)
        assert [await wired.orders[name].died() for name in dead] == [EXIT_CODE], "the fault never fired"
    finally:
        call.cancel()
        await slow.heal()
    (survivor,) = wired.orders.keys() - set(dead)
    order = await paid(wired, guest, key, at=survivor)
    await wired.orders[dead[0]].start()
    await reached(wired.shops[dead[0]])
    await whole(wired, sku, [order])


async def test_stock_whose_reservation_was_never_answered_is_held_once(wired: WiredShop):
    """The catalogue hears every call, the orders hear no answer: each repeats under its own name."""
    sku = await wired.shop.product(units=UNITS)
    guests = [await wired.shop.guest((sku, 1)) for _ in range(3)]
    deaf = [wired.ways[f"{name} to catalog"] for name in wired.orders]
    for one in deaf:
        await one.cut(Fault.HALF_OPEN)
    try:
        calls = [asyncio.ensure_future(paid(wired, guest, uuid.uuid4().hex)) for guest in guests]
        async with asyncio.timeout(60):
            while not any(one.hits[Fault.HALF_OPEN] for one in deaf):
                await asyncio.sleep(0.01)
        await asyncio.sleep(2 * LEASE_SECONDS)
        assert not any(call.done() for call in calls)
    finally:
        for one in deaf:
            await one.heal()
    await whole(wired, sku, list(await asyncio.gather(*calls)))


# 21: search is away


async def test_a_checkout_needs_no_search_engine(wired: WiredShop):
    """Search itself says that it is degraded: the engine it is told of is not there."""
    wired.catalog.stop()
    await wired.catalog.start(ELASTICSEARCH_URL="http://127.0.0.1:9", SEARCH_TIMEOUT_SECONDS="0.2")
    await reached(wired.shop)
    sku = await wired.shop.product(units=UNITS)
    with identity.acting_as(SERVICE):
        request = catalog_pb2.SearchProductsRequest(query=sku)
        found = await wired.shop.catalog.catalog.SearchProducts(request, timeout=20)
    assert found.degraded, "the fault never fired"
    guest = await wired.shop.guest((sku, 1))
    await whole(wired, sku, [await paid(wired, guest, uuid.uuid4().hex)])


# 44: clocks


@pytest.mark.slow
async def test_leases_and_reservations_end_by_the_databases_clock_alone(
    servers: SharedServers, tmp_path_factory: pytest.TempPathFactory
):
    """One order service is four leases behind, the other as much ahead: neither robs the other, nor lets it wait."""
    folder = tmp_path_factory.mktemp("skewed")
    async with wired_shop(servers, folder, CHECKOUT_WAIT_SECONDS="0.3", skews=SKEWS) as shop:
        for name, other in (("order-a", "order-b"), ("order-b", "order-a")):
            sku = await shop.shop.product(units=UNITS)
            guest, key = await shop.shop.guest((sku, 1)), uuid.uuid4().hex
            shop.kill_at(f"capture_payment.{AFTER_INTENT}")
            call = asyncio.ensure_future(paid(shop, guest, key, at=name))
            assert await shop.orders[name].died() == EXIT_CODE, "the fault never fired"
            (left,) = await shop.shop.rows(DUE, [guest.cart.id])
            assert left["epoch"] == 1, "the other one took it before its lease was over"
            assert left["left"] <= LEASE_SECONDS
            call.cancel()
            order = await paid(shop, guest, key, at=other)
            await whole(shop, sku, [order])
            await shop.orders[name].start()
            await reached(shop.shops[name])
