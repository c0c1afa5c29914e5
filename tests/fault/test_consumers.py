"""Consumers of one group come and go in the middle of a batch: every event has its effect once, in order."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from confluent_kafka import ConsumerGroupState
from confluent_kafka.admin import AdminClient

from chassis.database import Connection, database
from chassis.inbox import Consumer, Received
from chassis.migrate import migrate
from chassis.outbox import Relay
from chassis.settings import Secret
from chassis.tasks import ended
from tests.component.chassis.test_outbox_and_inbox import TYPE, Shop
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
TABLES = (
    "-- include: outbox\n-- include: inbox\n-- include: dead_letters\n"
    "CREATE TABLE seen (id bigint GENERATED ALWAYS AS IDENTITY, product_id text, version bigint);"
)


@asynccontextmanager
async def consuming(shop: Shop, took: set[str], name: str, gate: asyncio.Event) -> AsyncGenerator[None]:
    """A consumer that notes that it took part, and stands in the middle of its batch until the gate is open."""

    async def record(tx: Connection, events: Sequence[Received]) -> None:
        took.add(name)
        await gate.wait()
        await shop.record(tx, events)

    consumer = Consumer(shop.db, shop.kafka, group=shop.group, topics=[shop.topic], handlers={TYPE: record})
    task = asyncio.create_task(consumer.run())
    try:
        yield
    finally:
        await ended(task)


async def asks_to_join(shop: Shop) -> None:
    """Until the group waits for its old members, because a new one has come."""
    admin = AdminClient({"bootstrap.servers": shop.kafka})
    async with asyncio.timeout(60):
        while True:
            asked = admin.describe_consumer_groups([shop.group])[shop.group]
            if (await asyncio.to_thread(asked.result)).state is ConsumerGroupState.PREPARING_REBALANCING:
                return
            await asyncio.sleep(0.02)


async def test_a_rebalance_in_the_middle_of_a_batch_repeats_and_loses_nothing(
    servers: SharedServers, fresh_database: Callable[[str], str], tmp_path: Path
):
    (tmp_path / "0001_all.sql").write_text(TABLES)
    url = Secret(fresh_database("catalog"))
    migrate(url, tmp_path)
    took: set[str] = set()
    closed, opened = asyncio.Event(), asyncio.Event()
    opened.set()
    async with database(url) as db:
        shop = Shop(db, servers)
        relay = asyncio.create_task(Relay(db, shop.kafka, source="test").run())
        try:
            for version in range(1, 11):
                await shop.publish(*(shop.event(f"prd_{n}", version) for n in range(10)))
            async with consuming(shop, took, "first", closed):
                async with asyncio.timeout(60):
                    while "first" not in took:
                        await asyncio.sleep(0.02)
            # It left with its batch half done: the group is balanced anew.
            async with consuming(shop, took, "second", opened):
                await shop.until("SELECT count(*) FROM seen", 100)
        finally:
            await ended(relay)
        seen = await shop.seen()
    assert took == {"first", "second"}, "the fault never fired"
    assert len(seen) == 100
    for n in range(10):
        assert [version for product_id, version in seen if product_id == f"prd_{n}"] == list(range(1, 11))


async def test_another_consumer_that_joins_in_the_middle_of_a_batch_repeats_no_effect(
    servers: SharedServers, fresh_database: Callable[[str], str], tmp_path: Path
):
    """The first one lives on: it finishes its batch while the group is balanced anew, and both go on."""
    (tmp_path / "0001_all.sql").write_text(TABLES)
    url = Secret(fresh_database("catalog"))
    migrate(url, tmp_path)
    took: set[str] = set()
    gate, opened = asyncio.Event(), asyncio.Event()
    opened.set()
    async with database(url) as db:
        shop = Shop(db, servers)
        relay = asyncio.create_task(Relay(db, shop.kafka, source="test").run())
        try:
            for version in range(1, 6):
                await shop.publish(*(shop.event(f"prd_{n}", version) for n in range(20)))
            async with consuming(shop, took, "first", gate):
                async with asyncio.timeout(60):
                    while "first" not in took:
                        await asyncio.sleep(0.02)
                async with consuming(shop, took, "second", opened):
                    await asks_to_join(shop)  # while the first one is in the middle of its batch
                    gate.set()
                    version = 5
                    async with asyncio.timeout(90):
                        while "second" not in took:
                            version += 1
                            await shop.publish(*(shop.event(f"prd_{n}", version) for n in range(20)))
                            await asyncio.sleep(0.5)
                    await shop.until("SELECT count(*) FROM seen", 20 * version)
        finally:
            await ended(relay)
        seen = await shop.seen()
    assert took == {"first", "second"}, "the fault never fired"
    assert len(seen) == len(set(seen)) == 20 * version
    for n in range(20):
        assert [one for product_id, one in seen if product_id == f"prd_{n}"] == list(range(1, version + 1))
