"""Real servers go away and come back: Kafka for long, PostgreSQL by kill -9 and by its immediate shutdown.

They run on servers of their own.
"""

import asyncio
import contextlib
import os
import signal
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
import pytest
from emporium.events.v1.events_pb2 import OrderChanged
from emporium.order.v1 import order_pb2 as pb

from chassis.database import Connection, database
from chassis.errors import EmporiumError
from chassis.inbox import Consumer, Received
from chassis.migrate import migrate
from chassis.settings import Secret
from chassis.tasks import ended
from infra.embedded.stack import RunningServers
from subgraphs.order.adapters.postgres.order_rows import TOPIC
from tests.fault.wired import WiredShop, wired_shop
from tests.fixtures.order import Guest, made_database
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
OWN = Callable[..., AbstractContextManager[RunningServers]]
DOWN_SECONDS = float(os.getenv("FAULT_OUTAGE_SECONDS", "20"))
SEEN = "CREATE TABLE seen (id bigint GENERATED ALWAYS AS IDENTITY, order_id text, sequence bigint);"
UNSENT = "SELECT count(*) AS events FROM outbox WHERE sent_at IS NULL"


async def paid(shop: WiredShop, guest: Guest, key: str, token: str = "tok_approve") -> pb.Order:
    """The same key again, whatever is away, until it is paid."""
    async with asyncio.timeout(120):
        while True:
            with contextlib.suppress(EmporiumError):
                order = (await shop.shop.complete(guest, token, key=key)).order
                if order.payment_status == pb.PAID:
                    return order
            await asyncio.sleep(0.05)


# 14: Kafka


@contextlib.asynccontextmanager
async def consuming(url: str, kafka: str, folder: Path) -> AsyncGenerator[None]:
    """Notes each event of an order as its effect."""

    async def record(tx: Connection, events: Sequence[Received]) -> None:
        for event in events:
            told = OrderChanged.FromString(event.payload)
            await tx.execute("INSERT INTO seen (order_id, sequence) VALUES (%s, %s)", [told.order_id, told.sequence])

    (folder / "0001_all.sql").write_text(f"-- include: inbox\n-- include: dead_letters\n{SEEN}")
    migrate(Secret(url), folder)
    async with database(Secret(url)) as db:
        handlers = {OrderChanged.DESCRIPTOR.full_name: record}
        consumer = Consumer(db, kafka, group=f"test-{uuid.uuid4().hex}", topics=[TOPIC], handlers=handlers)
        task = asyncio.create_task(consumer.run())
        try:
            yield
            assert not task.done(), task.exception()
        finally:
            await ended(task)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_kafka_is_away_for_long_and_every_event_has_its_effect_once(
    servers: SharedServers, own_servers: OWN, tmp_path: Path
):
    """Killed while events are on their way; checkouts go on, and all of them arrive once it is back, in order."""
    with own_servers("kafka") as own, made_database(servers, "catalog") as url:
        (tmp_path / "consumer").mkdir()
        async with (
            wired_shop(
                servers, tmp_path, names=["order-a"], KAFKA_BOOTSTRAP_SERVERS=own.kafka_bootstrap_servers
            ) as shop,
            consuming(url, own.kafka_bootstrap_servers, tmp_path / "consumer"),
        ):
            sku = await shop.shop.product(units=50)
            orders = [await paid(shop, await shop.shop.guest((sku, 1)), uuid.uuid4().hex) for _ in range(3)]
            guests = [await shop.shop.guest((sku, 1)) for _ in range(6)]
            calls = [asyncio.ensure_future(paid(shop, guest, uuid.uuid4().hex)) for guest in guests]
            own.kill("kafka")
            until = time.monotonic() + DOWN_SECONDS
            orders += await asyncio.gather(*calls)
            await asyncio.sleep(max(0.0, until - time.monotonic()))
            waiting = await shop.shop.rows(UNSENT)
            assert waiting[0]["events"] > 0, "the fault never fired"
            await asyncio.to_thread(own.restart, "kafka")
            await shop.shop.quiet(60)
            events = await shop.shop.rows("SELECT order_id, sequence FROM order_events ORDER BY order_id, sequence")
            seen = await settled(url, len(events))
            assert await shop.breaches() == {}
        assert sorted(seen) == [(row["order_id"], row["sequence"]) for row in events]
        for order in orders:
            mine = [sequence for order_id, sequence in seen if order_id == order.id]
            assert mine == list(range(1, order.sequence + 1))


async def settled(url: str, events: int) -> list[tuple[str, int]]:
    """What was seen, in its order, once there are as many and nothing more comes."""
    deadline, last, alike = time.monotonic() + 120, 0, 0
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            rows = connection.execute("SELECT order_id, sequence FROM seen ORDER BY id").fetchall()
            alike = alike + 1 if len(rows) == last else 0
            last = len(rows)
            if last >= events and alike >= 20:
                return rows
            assert time.monotonic() < deadline, f"{len(rows)} of {events} events arrived"
            await asyncio.sleep(0.1)


# 18: PostgreSQL


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGQUIT], ids=["kill -9", "immediate shutdown"])
@pytest.mark.parametrize("step", ["authorize_payment", "capture_payment"])
async def test_postgres_is_restarted_in_the_middle_of_a_step(
    own_servers: OWN, tmp_path: Path, how: signal.Signals, step: str
):
    """Of catalog and order at once; what was committed is there, what was not is done again, once."""
    with own_servers("postgres") as own:
        async with wired_shop(own, tmp_path) as shop:
            sku = await shop.shop.product(units=9)
            guests = [await shop.shop.guest((sku, 1)) for _ in range(4)]
            token = {"authorize_payment": "tok_slow", "capture_payment": "tok_capture_then_timeout"}[step]
            calls = [asyncio.ensure_future(paid(shop, guest, uuid.uuid4().hex, token)) for guest in guests]
            async with asyncio.timeout(30):
                while not await shop.shop.rows("SELECT FROM sagas WHERE step = %s AND state = 'RUNNING'", [step]):
                    await asyncio.sleep(0.01)
            await restarted(own, how)
            orders = await asyncio.gather(*calls)
            await shop.mend()
            await shop.shop.quiet(60)
            for order in orders:
                total = order.totals.total.minor_units
                assert await shop.shop.sandbox.entries(order.id) == [("authorized", total), ("captured", total)]
            assert await shop.shop.stock(sku) == (5, 0, 0, 4)
            assert await shop.breaches() == {}


async def restarted(own: RunningServers, how: signal.Signals) -> None:
    """Killed and started again: its process is another one then."""
    before = own.pid("postgres")
    if how is signal.SIGKILL:
        own.kill("postgres")
    else:
        os.kill(before, how)
        async with asyncio.timeout(60):
            while Path(f"/proc/{before}").exists() and own.pid("postgres") == before:
                await asyncio.sleep(0.05)
    await asyncio.to_thread(own.restart, "postgres")
    assert own.pid("postgres") != before, "the fault never fired"
