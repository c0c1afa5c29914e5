"""More shoppers than the service has database connections: they wait for one, and nobody is lost."""

import asyncio
from pathlib import Path

import pytest
from emporium.order.v1 import order_pb2 as pb

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
