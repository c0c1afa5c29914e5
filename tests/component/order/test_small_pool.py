"""More shoppers than the service has database connections: they wait for one, and nobody is lost."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from emporium.order.v1 import order_pb2 as pb

from chassis.errors import RemoteError
from tests.fixtures.order import running_order
from tests.fixtures.stack import SharedServers

pytestmark = [pytest.mark.servers]


async def test_a_pool_of_two_connections_serves_twenty_shoppers(servers: SharedServers, tmp_path: Path):
    async with running_order(servers, tmp_path, database_pool_size=2) as shop:
        sku = await shop.product(units=50)
        guests = [await shop.guest((sku, 1)) for _ in range(20)]
        answers = await asyncio.gather(*(shop.complete(guest) for guest in guests))
        await shop.quiet(30)
        orders = [await shop.order(answer.order.id) for answer in answers]
        assert {order.payment_status for order in orders} == {pb.PAID}
        assert await shop.stock(sku) == (30, 0, 0, 20)
        assert await shop.breaches() == {}


async def test_a_pool_whose_connections_are_all_stuck_says_so_and_recovers(servers: SharedServers, tmp_path: Path):
    """Every connection waits for a lock longer than a caller waits for a connection."""
    async with running_order(servers, tmp_path, database_pool_size=2) as shop:
        sku = await shop.product(units=9)
        guests = [await shop.guest((sku, 1)) for _ in range(6)]
        with psycopg.connect(shop.settings.database_url.reveal()) as other:
            other.execute("LOCK TABLE carts IN ACCESS EXCLUSIVE MODE")
            calls = [asyncio.ensure_future(shop.complete(guest, key=guest.cart.id)) for guest in guests]
            lost = [asyncio.ensure_future(shop.complete(guests[0], key=guests[0].cart.id)) for _ in range(6)]
            done, _ = await asyncio.wait([*calls, *lost], timeout=20, return_when=asyncio.FIRST_EXCEPTION)
            refused = [call.exception() for call in done]
            assert [one.reason for one in refused if isinstance(one, RemoteError)], "the fault never fired"
            assert {one.reason for one in refused if isinstance(one, RemoteError)} <= {"DATABASE_UNAVAILABLE"}
        await asyncio.gather(*calls, *lost, return_exceptions=True)
        answers = [await shop.complete(guest, key=guest.cart.id) for guest in guests]
        await shop.quiet(30)
        assert {(await shop.order(answer.order.id)).payment_status for answer in answers} == {pb.PAID}
        assert await shop.stock(sku) == (3, 0, 0, 6)
        assert await shop.breaches() == {}
