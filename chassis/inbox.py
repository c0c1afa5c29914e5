"""Kafka in: each event takes effect once, in the same transaction as the note that it did.

Handlers get *all* events of their type in a batch. A batch that fails is halved until the poison event is alone, which
is tried ATTEMPTS times and then parked in `dead_letters`, with its error, until an operator has it handled again; a
handler that raises Unavailable (its store is down) makes the consumer wait instead.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from confluent_kafka import Consumer as KafkaConsumer
from confluent_kafka import KafkaException

from chassis.consuming import closed, in_thread
from chassis.database import Connection, Database
from chassis.errors import Unavailable
from chassis.metrics import INBOX_EVENTS

log = structlog.get_logger("inbox")

BATCH = 500
GATHER_SECONDS = 0.02
"""What comes so soon after the first event of a batch is handled with it."""
ATTEMPTS = 4
"""Of an event that fails alone."""
FIRST_PAUSE = 0.1
"""Seconds before its second attempt; each further pause is twice as long."""
LOOK_SECONDS = 1.0
"""How often dead letters are looked through for those to be handled again."""
LONGEST_ERROR = 500


@dataclass(frozen=True, kw_only=True)
class Received:
    """One event as it came."""

    event_id: str
    type: str
    topic: str
    key: str
    payload: bytes
    traceparent: str = ""


Handler = Callable[[Connection, Sequence[Received]], Awaitable[None]]

NEW = """
INSERT INTO inbox (consumer, event_id) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING RETURNING event_id
"""
PARK = """
INSERT INTO dead_letters (consumer, event_id, topic, key, type, payload, error, attempts)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
DUE = """
SELECT id, event_id, type, topic, key, payload FROM dead_letters WHERE consumer = %s AND due_at <= now()
ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
REPLAYED = "DELETE FROM dead_letters WHERE id = %s"
PARK_AGAIN = """
UPDATE dead_letters SET due_at = NULL, parked_at = now(), attempts = attempts + 1, error = %s WHERE id = %s
"""
PRUNE = "DELETE FROM inbox WHERE received_at < now() - interval '14 days'"


class Consumer:
    """One consumer group over some topics; `run()` until cancelled. Kafka may be away: it waits."""

    def __init__(
        self,
        db: Database,
        bootstrap_servers: str,
        *,
        group: str,
        topics: Sequence[str],
        handlers: Mapping[str, Handler],
        poll_seconds: float = 0.5,
    ) -> None:
        self._db = db
        self._group = group
        self._topics = list(topics)
        self._handlers = handlers
        self._poll = poll_seconds
        self._look_at = 0.0
        self._config: dict[str, Any] = {
            "bootstrap.servers": bootstrap_servers,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "allow.auto.create.topics": True,
            "topic.metadata.refresh.interval.ms": 5_000,
            "reconnect.backoff.max.ms": 2_000,
            "fetch.wait.max.ms": 100,
            "log_level": 0,
        }

    async def run(self) -> None:
        """Works until cancelled."""
        consumer = KafkaConsumer(self._config)
        consumer.subscribe(self._topics)
        try:
            while True:
                try:
                    messages = await in_thread(self._arrived, consumer)
                    events = [received(message) for message in messages if message.error() is None]
                    if events:
                        await self._patiently(events)
                        # Nobody waits for it: while Kafka is away that is for ever.
                        consumer.commit(asynchronous=True)
                    await self._look()
                except KafkaException as error:
                    # Nothing is lost: what was not committed comes again, and the inbox knows it.
                    log.warning("inbox.waiting", group=self._group, error=str(error))
                    await asyncio.sleep(1)
        finally:
            await closed(consumer)

    def _arrived(self, consumer: KafkaConsumer) -> list[Any]:
        """What is there, as soon as something is: to ask for a whole batch would wait for it to be full."""
        first = consumer.poll(self._poll)
        return [first, *consumer.consume(BATCH - 1, GATHER_SECONDS)] if first is not None else []

    async def _patiently(self, events: Sequence[Received]) -> None:
        pause = 0.25
        while True:
            try:
                return await self.handle(events)
            except (Unavailable, psycopg.OperationalError) as error:
                log.warning("inbox.waiting", group=self._group, events=len(events), error=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)

    async def handle(self, events: Sequence[Received]) -> None:
        """Applies the events, parking those that cannot be; raises Unavailable when a store is down."""
        try:
            async with self._db.transaction() as tx:
                await self._apply(tx, events)
        except (Unavailable, psycopg.OperationalError):
            raise
        except Exception as error:  # noqa: BLE001 - any event may be poison; the search for it ends here
            if len(events) > 1:
                middle = len(events) // 2
                await self.handle(events[:middle])
                await self.handle(events[middle:])
            else:
                await self._retry(events[0], error)
        else:
            INBOX_EVENTS.labels(self._group, "applied").inc(len(events))

    async def _retry(self, event: Received, error: Exception) -> None:
        """A few times more, then it is parked."""
        for attempt in range(1, ATTEMPTS):
            await asyncio.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
            try:
                async with self._db.transaction() as tx:
                    await self._apply(tx, [event])
            except (Unavailable, psycopg.OperationalError):
                raise
            except Exception as again:  # noqa: BLE001 - as above
                error = again
            else:
                INBOX_EVENTS.labels(self._group, "applied").inc()
                return
        await self._park(event, error)

    async def _apply(self, tx: Connection, events: Sequence[Received]) -> None:
        rows = await (await tx.execute(NEW, [self._group, [event.event_id for event in events]])).fetchall()
        new = {row["event_id"] for row in rows}
        by_type: dict[str, list[Received]] = {}
        for event in events:
            if event.event_id in new:
                new.discard(event.event_id)
                by_type.setdefault(event.type, []).append(event)
        for type_, group in by_type.items():
            handler = self._handlers.get(type_)
            if handler is not None:
                await handler(tx, group)

    async def _look(self) -> None:
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        try:
            while await self.replay_next():
                pass
        except (Unavailable, psycopg.OperationalError) as error:
            log.warning("inbox.waiting", group=self._group, error=str(error))

    async def replay_next(self) -> bool:
        """Handles one dead letter that an operator asked for; false when there is none. Raises Unavailable."""
        letter: dict[str, Any] | None = None
        try:
            async with self._db.transaction() as tx:
                letter = await (await tx.execute(DUE, [self._group])).fetchone()
                if letter is None:
                    return False
                event = Received(**{name: value for name, value in letter.items() if name != "id"})
                await self._handlers[event.type](tx, [event])
                await tx.execute(REPLAYED, [letter["id"]])
        except (Unavailable, psycopg.OperationalError):
            raise
        except Exception as error:
            if letter is None:
                raise
            log.exception("inbox.parked_again", group=self._group, event_id=letter["event_id"], type=letter["type"])
            async with self._db.transaction() as tx:
                await tx.execute(PARK_AGAIN, [shown(error), letter["id"]])
            INBOX_EVENTS.labels(self._group, "parked").inc()
        else:
            INBOX_EVENTS.labels(self._group, "replayed").inc()
        return True

    async def _park(self, event: Received, error: Exception) -> None:
        log.error("inbox.parked", group=self._group, event_id=event.event_id, type=event.type, exc_info=error)
        INBOX_EVENTS.labels(self._group, "parked").inc()
        async with self._db.transaction() as tx:
            await tx.execute(NEW, [self._group, [event.event_id]])
            await tx.execute(
                PARK,
                [
                    self._group,
                    event.event_id,
                    event.topic,
                    event.key,
                    event.type,
                    event.payload,
                    shown(error),
                    ATTEMPTS,
                ],
            )

    async def prune(self) -> None:
        """Forgets events older than any redelivery."""
        async with self._db.reading() as connection:
            await connection.execute(PRUNE)


def received(message: Any) -> Received:
    """A Kafka message as an event."""
    headers = {name: text(value) for name, value in message.headers() or ()}
    fallback = f"{message.topic()}-{message.partition()}-{message.offset()}"
    return Received(
        event_id=headers.get("ce_id") or fallback,
        type=headers.get("ce_type", ""),
        topic=message.topic() or "",
        key=text(message.key()),
        payload=message.value() or b"",
        traceparent=headers.get("traceparent", ""),
    )


def text(value: bytes | None) -> str:
    """As a database can keep it, whatever the producer sent."""
    return (value or b"").decode(errors="replace").replace("\0", "")


def shown(error: Exception) -> str:
    """Why it was parked: without the rows that a database quotes after the first line."""
    first, *_ = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {first}".replace("\0", "")[:LONGEST_ERROR]
