"""Kept rows in a real Redis: no gateway is given what another knows to be old, in whatever order they learn of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from emporium.catalog.v1 import catalog_pb2
from redis.asyncio import Redis

from chassis.graph.shared import Change
from chassis.ids import new_id
from gateway.metrics import Metrics
from gateway.sharing.behind import PAUSE_SECONDS, RedisRows
from gateway.sharing.store import Entry, Store
from gateway.sharing.wire import encoded
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
NAMES = ("Product:prd_1",)


class OneOfSeveral:
    """A gateway's rows in Redis."""

    def __init__(self, redis: Any, prefix: str) -> None:
        self.now = 0.0
        store = Store(1_000_000, clock=lambda: self.now)
        self.rows = RedisRows(redis, store, Metrics(), longest_kept=60, prefix=prefix, clock=lambda: self.now)

    async def begin(self) -> int | None:
        """A fetch that finds nothing in Redis; what it must give along to write."""
        found, moment = await self.rows.read(["key"])
        assert found == {}
        return moment

    async def end(self, name: str, moment: int | None, names: tuple[str, ...] = NAMES) -> None:
        """The fetch brought a product of this name."""
        product = catalog_pb2.Product(id="prd_1", name=name)
        entry = Entry(product, names=names, since=self.now - 10, ends=self.now + 50)
        self.rows.write({"key": (entry, encoded(product), 50.0)}, moment)
        await self.rows.settled()

    async def name(self) -> str | None:
        found, _ = await self.rows.read(["key"])
        return found["key"].row.name if found else None

    async def hears(self, version: int) -> None:
        await self.rows.tell([Change(name=NAMES[0], version=version)])


@pytest_asyncio.fixture(loop_scope="session")
async def redis(servers: SharedServers) -> AsyncIterator[Any]:
    client: Any = Redis.from_url(servers.redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def gateways(redis: Any) -> tuple[OneOfSeveral, OneOfSeveral]:
    prefix = f"test:{new_id('key')}:"
    return OneOfSeveral(redis, prefix), OneOfSeveral(redis, prefix)


async def test_what_one_fetched_the_other_finds(gateways: tuple[OneOfSeveral, OneOfSeveral]) -> None:
    one, other = gateways
    await one.end("Lamp", await one.begin())
    assert await other.name() == "Lamp"
    found, _ = await other.rows.read(["key", "another"])
    assert found["key"].names == NAMES
    assert 0 < found["key"].ends <= 50
    assert found["key"].since <= -10, "as old as for the one that fetched it"


@pytest.mark.parametrize("names", [NAMES, ("Product",)])
async def test_a_slow_gateway_cannot_bring_an_old_row_back(
    gateways: tuple[OneOfSeveral, OneOfSeveral], names: tuple[str, ...]
) -> None:
    slow, quick = gateways
    began = await slow.begin()
    await quick.hears(2)
    await slow.end("Old", began, names)
    assert await quick.name() is None
    assert await slow.name() is None
    await quick.end("New", await quick.begin(), names)
    assert await slow.name() == "New"


async def test_an_event_that_each_gateway_hears_ends_a_row_once(gateways: tuple[OneOfSeveral, OneOfSeveral]) -> None:
    one, other = gateways
    await one.hears(2)
    await one.end("New", await one.begin())
    await other.hears(2)
    await other.hears(1)
    assert await other.name() == "New"
    await other.hears(3)
    assert await one.name() is None


async def test_a_gateway_that_could_not_tell_redis_of_a_change_does_not_read_it(servers: SharedServers) -> None:
    prefix = f"test:{new_id('key')}:"
    working: Any = Redis.from_url(servers.redis_url)
    away: Any = Redis.from_url("redis://127.0.0.1:1/0", retry=None)
    one, other = OneOfSeveral(working, prefix), OneOfSeveral(working, prefix)
    await one.end("Old", await one.begin())
    cut_off = OneOfSeveral(away, prefix)
    other.rows, working_rows = cut_off.rows, other.rows
    await other.hears(2)
    assert not other.rows.open
    assert await other.begin() is None, "it does not write either"
    # The connection is back: first the change is told, then Redis is read again.
    other.rows.connect(working)
    cut_off.now += PAUSE_SECONDS
    await other.rows.tell(())
    assert other.rows.open
    assert await other.name() is None
    other.rows = working_rows
    assert await one.name() is None
    await working.aclose()
    await away.aclose()


async def test_a_redis_that_is_away_is_left_alone_for_a_while() -> None:
    away: Any = Redis.from_url("redis://127.0.0.1:1/0", retry=None)
    one = OneOfSeveral(away, "test:")
    for _ in range(3):
        assert await one.begin() is None
    assert not one.rows.open
    one.now += PAUSE_SECONDS
    assert one.rows.open
    await away.aclose()


async def test_bytes_that_are_no_row_of_ours_are_nothing(redis: Any) -> None:
    prefix = f"test:{new_id('key')}:"
    await redis.hset(f"{prefix}row:key", mapping={"body": b"\xff?", "names": "Product", "moment": 9})
    assert await OneOfSeveral(redis, prefix).name() is None
