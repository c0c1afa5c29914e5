"""Events from one database, through Kafka, into another, on real servers."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Producer
from emporium.events.v1.events_pb2 import ProductChanged, StockChanged

from chassis.database import Connection, Database, database
from chassis.dead_letters import ParkedEvents
from chassis.errors import Unavailable
from chassis.inbox import ATTEMPTS, Consumer, Received
from chassis.metrics import REGISTRY
from chassis.migrate import migrate, pending
from chassis.outbox import Event, Relay, append
from chassis.settings import Secret
from chassis.tasks import ended
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers
TYPE = ProductChanged.DESCRIPTOR.full_name


class Shop:
    """A database with outbox, inbox and one table that says what was seen, and a topic of its own."""

    def __init__(self, db: Database, servers: SharedServers) -> None:
        self.db = db
        self.kafka = servers.kafka_bootstrap_servers
        self.topic = f"test.{uuid.uuid4().hex}"
        self.group = f"test-{uuid.uuid4().hex}"
        self.done = asyncio.Event()
        self.tried = 0
        self.poisonous = 1_000
        """How often the poison event fails."""

    def event(self, product_id: str, version: int) -> Event:
        message = ProductChanged(product_id=product_id, version=version)
        return Event(topic=self.topic, aggregate_id=product_id, sequence=version, message=message)

    async def publish(self, *events: Event) -> None:
        async with self.db.transaction() as tx:
            await append(tx, events)

    async def record(self, tx: Connection, events: Sequence[Received]) -> None:
        for event in events:
            message = ProductChanged.FromString(event.payload)
            if message.product_id == "poison":
                self.tried += 1
                if self.tried <= self.poisonous:
                    raise ValueError("cannot be digested\nDETAIL: Failing row contains (secret)")
            await tx.execute(
                "INSERT INTO seen (product_id, version) VALUES (%s, %s)", [message.product_id, message.version]
            )

    async def seen(self) -> list[tuple[str, int]]:
        async with self.db.reading() as connection:
            rows = await (await connection.execute("SELECT product_id, version FROM seen ORDER BY id")).fetchall()
        return [(row["product_id"], row["version"]) for row in rows]

    @asynccontextmanager
    async def working(self, *, relays: int = 1) -> AsyncIterator[None]:
        consumer = Consumer(self.db, self.kafka, group=self.group, topics=[self.topic], handlers={TYPE: self.record})
        work = [Relay(self.db, self.kafka, source="test").run() for _ in range(relays)]
        tasks = [asyncio.create_task(job) for job in (*work, consumer.run())]
        try:
            yield
        finally:
            await ended(*tasks)

    async def until(self, query: str, count: int) -> None:
        """Waits until the query's `count` is reached."""
        async with asyncio.timeout(60):
            while True:
                async with self.db.reading() as connection:
                    row = await (await connection.execute(query)).fetchone()  # pyright: ignore[reportArgumentType]
                if row and row["count"] >= count:
                    return
                await asyncio.sleep(0.02)


@pytest.fixture
async def shop(servers: SharedServers, fresh_database: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Shop]:
    (tmp_path / "0001_all.sql").write_text(
        "-- include: outbox\n-- include: inbox\n-- include: dead_letters\n"
        "CREATE TABLE seen (id bigint GENERATED ALWAYS AS IDENTITY, product_id text, version bigint);"
    )
    url = Secret(fresh_database("catalog"))
    assert pending(url, tmp_path) == ["0001_all.sql"]
    assert migrate(url, tmp_path) == ["0001_all.sql"]
    assert migrate(url, tmp_path) == []
    async with database(url) as db:
        yield Shop(db, servers)


async def test_events_arrive_once_and_each_aggregate_in_order_with_two_relays(shop: Shop) -> None:
    async with shop.working(relays=2):
        for version in range(1, 21):
            await shop.publish(*(shop.event(f"prd_{n}", version) for n in range(10)))
        await shop.until("SELECT count(*) FROM seen", 200)
        await shop.until("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL", 200)
    seen = await shop.seen()
    assert len(seen) == 200
    for n in range(10):
        assert [version for product_id, version in seen if product_id == f"prd_{n}"] == list(range(1, 21))


async def test_an_event_that_comes_twice_has_its_effect_once(shop: Shop) -> None:
    consumer = Consumer(shop.db, shop.kafka, group=shop.group, topics=[shop.topic], handlers={TYPE: shop.record})
    payload = ProductChanged(product_id="prd_1", version=1).SerializeToString()
    event = Received(event_id="evt_1", type=TYPE, topic=shop.topic, key="prd_1", payload=payload)
    await consumer.handle([event, event])
    await consumer.handle([event])
    assert await shop.seen() == [("prd_1", 1)]


async def test_a_poison_event_is_parked_after_its_attempts_and_the_others_take_effect(shop: Shop) -> None:
    async with shop.working():
        await shop.publish(*(shop.event(name, 1) for name in ("prd_1", "poison", "prd_2", "prd_3")))
        await shop.until("SELECT count(*) FROM dead_letters", 1)
        await shop.until("SELECT count(*) FROM seen", 3)
    assert {product_id for product_id, _ in await shop.seen()} == {"prd_1", "prd_2", "prd_3"}
    (letter,) = await ParkedEvents(shop.db, "test").page(first=10)
    assert (letter.consumer, letter.type, letter.key, letter.attempts) == (shop.group, TYPE, "poison", ATTEMPTS)
    assert letter.error == "ValueError: cannot be digested"
    assert counted(shop, "parked") == 1


def counted(shop: Shop, outcome: str) -> float:
    return REGISTRY.get_sample_value("emporium_inbox_events_total", {"consumer": shop.group, "outcome": outcome}) or 0


async def test_an_event_that_fails_a_few_times_is_not_parked(shop: Shop) -> None:
    shop.poisonous = ATTEMPTS - 1
    consumer = Consumer(shop.db, shop.kafka, group=shop.group, topics=[shop.topic], handlers={TYPE: shop.record})
    await consumer.handle([received("poison", 1)])
    assert await shop.seen() == [("poison", 1)]
    assert await ParkedEvents(shop.db, "test").page(first=10) == []


def received(product_id: str, version: int) -> Received:
    payload = ProductChanged(product_id=product_id, version=version).SerializeToString()
    return Received(event_id=f"evt_{product_id}", type=TYPE, topic="t", key=product_id, payload=payload)


async def test_a_replayed_dead_letter_takes_effect_once_or_is_parked_again_with_who_asked(shop: Shop) -> None:
    letters = ParkedEvents(shop.db, "test")
    async with shop.working():
        await shop.publish(shop.event("poison", 1))
        await shop.until("SELECT count(*) FROM dead_letters", 1)
        (letter,) = await letters.page(first=10)
        assert await letters.replay(letter.id, actor_id="usr_1", reason="fixed the handler") is not None
        assert await letters.replay(letter.id, actor_id="usr_1", reason="at once again") is None
        await shop.until(f"SELECT count(*) FROM dead_letters WHERE attempts = {ATTEMPTS + 1} AND due_at IS NULL", 1)
        (again,) = await letters.page(first=10)
        assert [(one.actor_id, one.reason) for one in again.replays] == [("usr_1", "fixed the handler")]
        shop.poisonous = 0
        await letters.replay(letter.id, actor_id="usr_2", reason="now really")
        await shop.until("SELECT count(*) FROM seen", 1)
    assert await letters.page(first=10) == []
    assert await shop.seen() == [("poison", 1)]
    async with shop.db.reading() as connection:
        audit = await (await connection.execute("SELECT actor_id FROM dead_letter_replays ORDER BY id")).fetchall()
    assert [row["actor_id"] for row in audit] == ["usr_1", "usr_2"]
    assert counted(shop, "replayed") == 1


async def test_dead_letters_are_paged_newest_first(shop: Shop) -> None:
    letters = ParkedEvents(shop.db, "test")
    async with shop.db.transaction() as tx:
        # Two of one moment: their ids decide.
        await tx.execute(
            "INSERT INTO dead_letters (consumer, event_id, topic, key, type, payload, error, parked_at)"
            " SELECT 'c', n::text, 't', n::text, 'x', '', 'e', '2026-01-01'::timestamptz + make_interval(secs => n / 2)"
            " FROM generate_series(0, 9) n"
        )
    found: list[str] = []
    before = None
    while page := await letters.page(first=3, before=before):
        found += [letter.key for letter in page]
        before = (page[-1].parked_at, page[-1].id)
    assert found == [str(n) for n in range(9, -1, -1)]


@pytest.mark.parametrize(
    "letter_id", ["", "dlt_test_", "dlt_test_x", "dlt_other_1", "dlt_test_000000000001", "dlt_test_1"]
)
async def test_a_dead_letter_that_is_not_there_is_not_replayed(shop: Shop, letter_id: str) -> None:
    assert await ParkedEvents(shop.db, "test").replay(letter_id, actor_id="u", reason="r") is None


async def test_a_message_that_is_no_text_at_all_stops_nobody(shop: Shop) -> None:
    producer = Producer({"bootstrap.servers": shop.kafka})
    async with shop.working():
        headers: list[tuple[str, str | bytes | None]] = [("ce_type", TYPE), ("ce_id", b"\xff\x00"), ("other", None)]
        producer.produce(shop.topic, key=b"\x00\xfe", value=b"\xff", headers=headers)
        await asyncio.to_thread(producer.flush, 30)
        await shop.until("SELECT count(*) FROM dead_letters", 1)
        await shop.publish(shop.event("prd_1", 1))
        await shop.until("SELECT count(*) FROM seen", 1)
    (letter,) = await ParkedEvents(shop.db, "test").page(first=10)
    assert letter.key == "\ufffd"
    assert letter.error.startswith("DecodeError")


async def test_a_store_that_is_down_parks_nothing(shop: Shop) -> None:
    async def down(tx: Connection, events: Sequence[Received]) -> None:
        raise Unavailable("search engine")

    consumer = Consumer(shop.db, shop.kafka, group=shop.group, topics=[shop.topic], handlers={TYPE: down})
    event = Received(event_id="evt_1", type=TYPE, topic=shop.topic, key="k", payload=b"")
    with pytest.raises(Unavailable):
        await consumer.handle([event])
    async with shop.db.reading() as connection:
        for table in ("dead_letters", "inbox"):
            row = await (await connection.execute(f"SELECT count(*) FROM {table}")).fetchone()  # pyright: ignore[reportArgumentType]
            assert row == {"count": 0}


async def test_an_event_of_no_interest_is_noted_and_passed(shop: Shop) -> None:
    consumer = Consumer(shop.db, shop.kafka, group=shop.group, topics=[shop.topic], handlers={TYPE: shop.record})
    event = Received(event_id="evt_1", type=StockChanged.DESCRIPTOR.full_name, topic=shop.topic, key="k", payload=b"")
    await consumer.handle([event])
    assert await shop.seen() == []


async def test_an_event_is_rolled_back_with_its_change(shop: Shop) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        async with shop.db.transaction() as tx:
            await append(tx, [shop.event("prd_1", 1)])
            await tx.execute("SELECT 1 / 0")
    async with shop.db.reading() as connection:
        assert await (await connection.execute("SELECT count(*) FROM outbox")).fetchone() == {"count": 0}


async def test_without_kafka_events_wait(shop: Shop) -> None:
    relay = Relay(shop.db, "127.0.0.1:1", source="test", delivery_seconds=1)
    await shop.publish(shop.event("prd_1", 1))
    sending = asyncio.create_task(relay.send_once())
    _, waiting = await asyncio.wait([sending], timeout=0.5)
    assert waiting
    assert (await sending)[0] == 0
    async with shop.db.reading() as connection:
        rows = await (await connection.execute("SELECT attempts, sent_at FROM outbox")).fetchall()
    assert rows == [{"attempts": 1, "sent_at": None}]


async def test_a_quiet_relay_writes_nothing(shop: Shop) -> None:
    relay = Relay(shop.db, shop.kafka, source="test")
    leases = "SELECT shard, epoch, leased_until FROM outbox_shards ORDER BY shard"
    await relay.send_once()
    async with shop.db.reading() as connection:
        before = await (await connection.execute(leases)).fetchall()
    await relay.send_once()
    async with shop.db.reading() as connection:
        assert await (await connection.execute(leases)).fetchall() == before


async def test_a_relay_that_is_told_to_stop_does_not_wait_for_kafka(shop: Shop) -> None:
    relay = Relay(shop.db, "127.0.0.1:1", source="test", delivery_seconds=60)
    await shop.publish(shop.event("prd_1", 1))
    running = asyncio.create_task(relay.run())
    await shop.until("SELECT count(*) FROM outbox_shards WHERE owner IS NOT NULL", 16)
    running.cancel()
    # The thread that waits for Kafka would wait for the delivery's 60 seconds.
    async with asyncio.timeout(20):
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()
