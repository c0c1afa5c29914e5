"""Events leave with the change they announce: appended in its transaction, sent to Kafka by a relay afterwards.

A relay leases *shards* (hash of the aggregate's id), never single rows, so an aggregate's events stay in order with any
number of relays; a failed event holds back only its own aggregate. Every event arrives at least once.
"""

import asyncio
import contextlib
import random
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, LiteralString

import orjson
import psycopg
import structlog
from confluent_kafka import KafkaException, Producer
from google.protobuf.message import Message
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from chassis.errors import Unavailable
from chassis.ids import new_id

log = structlog.get_logger("outbox")

SHARDS = 16
BATCH = 500
MOMENT_SECONDS = 0.05
KEEP_SENT = "7 days"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What is announced about one aggregate."""

    topic: str
    aggregate_id: str
    sequence: int
    """Rises within the aggregate: its version, or the number of its event."""
    message: Message
    event_id: str = field(default_factory=lambda: new_id("evt"))


INSERT: LiteralString = """
INSERT INTO outbox (event_id, topic, aggregate_id, sequence, shard, type, payload, headers)
SELECT event_id, topic, aggregate_id, sequence, shard, type, decode(payload, 'base64'), headers
FROM jsonb_to_recordset(%s::jsonb) AS u (event_id text, topic text, aggregate_id text, sequence bigint, shard smallint,
    type text, payload text, headers jsonb)
"""


async def append(tx: Connection, events: Sequence[Event]) -> None:
    """Adds the events to the caller's transaction, all in one statement."""
    if events:
        await tx.execute(*appending(events))


def appending(events: Sequence[Event]) -> tuple[LiteralString, list[str]]:
    """The statement of `append` and its parameters, for a caller that sends several at once."""
    headers = _trace_headers()
    rows = [
        {
            "event_id": event.event_id,
            "topic": event.topic,
            "aggregate_id": event.aggregate_id,
            "sequence": event.sequence,
            "shard": zlib.crc32(event.aggregate_id.encode()) % SHARDS,
            "type": event.message.DESCRIPTOR.full_name,
            "payload": b64encode(event.message.SerializeToString()).decode(),
            "headers": headers,
        }
        for event in events
    ]
    return INSERT, [orjson.dumps(rows).decode()]


def _trace_headers() -> dict[str, str]:
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    trace_id, span_id = trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)
    return {"traceparent": f"00-{trace_id}-{span_id}-01"}


CLAIM = """
UPDATE outbox_shards SET owner = %(owner)s, leased_until = now() + make_interval(secs => %(lease)s),
    epoch = epoch + CASE WHEN owner IS DISTINCT FROM %(owner)s OR leased_until < now() THEN 1 ELSE 0 END
WHERE shard IN (SELECT shard FROM outbox_shards WHERE owner = %(owner)s OR leased_until < now() FOR UPDATE SKIP LOCKED)
RETURNING shard, epoch
"""
UNSENT = """
SELECT id, event_id, topic, aggregate_id, sequence, shard, type, payload, headers, created_at FROM outbox
WHERE sent_at IS NULL AND shard = ANY(%s) ORDER BY id LIMIT %s
"""
# Without waiting for the disk: a mark that is lost has its event sent twice, which every consumer must bear anyway.
MARK = """
UPDATE outbox SET sent_at = now() FROM outbox_shards s, set_config('synchronous_commit', 'off', true)
WHERE outbox.id = ANY(%s) AND s.shard = outbox.shard AND s.owner = %s
"""
FAILED = "UPDATE outbox SET attempts = attempts + 1, last_error = %s WHERE id = ANY(%s)"
PRUNE = "DELETE FROM outbox WHERE sent_at < now() - %s::interval"
RELEASE = "UPDATE outbox_shards SET owner = NULL, leased_until = '-infinity' WHERE owner = %s"


Acknowledged = Callable[[Sequence[bytes]], None]
"""Told the payloads that the broker has, before the outbox is: here a test may kill the process."""


def untold(payloads: Sequence[bytes]) -> None:
    """Nobody is told."""


class Relay:
    """Sends what the outbox holds; `run()` until cancelled. Kafka may be away: events wait."""

    def __init__(
        self,
        db: Database,
        bootstrap_servers: str,
        *,
        source: str,
        lease_seconds: float = 30,
        poll_seconds: float = 0.5,
        delivery_seconds: float = 15,
        moment_seconds: float = MOMENT_SECONDS,
        acknowledged: Acknowledged = untold,
    ) -> None:
        """`moment_seconds` after a commit the events of others that came meanwhile are sent with its own."""
        self._db = db
        self._committed = db.committed()
        self._moment = moment_seconds
        self._acknowledged = acknowledged
        self._source = source
        self._owner = new_id("rly")
        self._lease = lease_seconds
        self._poll = poll_seconds
        self._next_prune = 0.0
        self._delivery = delivery_seconds
        self._closing = False
        self._shards: list[int] = []
        self._renew_at = 0.0
        self._producer = Producer({
            "bootstrap.servers": bootstrap_servers,
            "enable.idempotence": True,
            "acks": "all",
            "linger.ms": 2,
            "compression.type": "lz4",
            "delivery.timeout.ms": int(delivery_seconds * 1000),
            "socket.connection.setup.timeout.ms": 5_000,
            "reconnect.backoff.max.ms": 2_000,
            "log_level": 0,
        })  # fmt: skip

    async def run(self) -> None:
        """Works until cancelled, then gives its shards back."""
        pause = self._poll
        try:
            while True:
                self._committed.clear()
                try:
                    sent, unsent = await self.send_once()
                    pause = self._poll if not unsent else min(pause * 2, 5.0)
                    if sent == BATCH:
                        continue
                except (Unavailable, psycopg.Error, KafkaException) as error:
                    log.warning("outbox.waiting", error=str(error))
                    pause = min(pause * 2, 5.0)
                await self._wait(pause)
        finally:
            self._closing = True
            with contextlib.suppress(Exception):
                async with self._db.transaction() as tx:
                    await tx.execute(RELEASE, [self._owner])

    async def send_once(self) -> tuple[int, int]:
        """Sends one batch; returns how many were sent and how many failed."""
        async with self._db.reading() as connection:
            shards = await self._leased(connection)
            rows = await (await connection.execute(UNSENT, [shards, BATCH])).fetchall()
        if not rows:
            await self._prune()
            return 0, 0
        faults = await asyncio.to_thread(self._produce, rows)
        self._acknowledged([row["payload"] for row in rows if row["id"] not in faults])
        held = {row["aggregate_id"] for row in rows if row["id"] in faults}
        # A later event of an aggregate whose earlier one failed is sent again: order matters more than a duplicate.
        sent = [row["id"] for row in rows if row["aggregate_id"] not in held]
        async with self._db.reading() as connection:
            if sent:
                await connection.execute(MARK, [sent, self._owner])
            if faults:
                await connection.execute(FAILED, [next(iter(faults.values())), list(faults)])
                log.warning("outbox.unsent", events=len(faults), error=next(iter(faults.values())))
        return len(sent), len(faults)

    async def _leased(self, connection: Connection) -> list[int]:
        """Our shards. The lease is a write, so it is renewed when a third of it is over, not every round."""
        if time.monotonic() >= self._renew_at:
            asked = time.monotonic()
            leased = await (await connection.execute(CLAIM, {"owner": self._owner, "lease": self._lease})).fetchall()
            self._shards = [row["shard"] for row in leased]
            self._renew_at = asked + self._lease / 3
        return self._shards

    def _produce(self, rows: Sequence[DictRow]) -> dict[int, str]:
        """Blocks until each row is acknowledged or given up; returns the faults by row id."""
        faults: dict[int, str] = {row["id"]: "not acknowledged in time" for row in rows}

        def delivered(row_id: int, error: Any) -> None:
            if error is None:
                faults.pop(row_id, None)
            else:
                faults[row_id] = str(error)

        for row in rows:
            self._producer.produce(
                row["topic"],
                key=row["aggregate_id"],
                value=row["payload"],
                headers=self._headers(row),
                on_delivery=lambda error, _, row_id=row["id"]: delivered(row_id, error),
            )
            self._producer.poll(0)
        patience = time.monotonic() + self._delivery + 5
        while self._producer.flush(0.2) and not self._closing and time.monotonic() < patience:
            pass
        return faults

    def _headers(self, row: DictRow) -> list[tuple[str, str | bytes | None]]:
        return [
            ("ce_specversion", "1.0"),
            ("ce_id", row["event_id"]),
            ("ce_type", row["type"]),
            ("ce_source", f"/emporium/{self._source}"),
            ("ce_subject", row["aggregate_id"]),
            ("ce_sequence", str(row["sequence"])),
            ("ce_time", row["created_at"].astimezone(UTC).isoformat()),
            ("content-type", "application/protobuf"),
            *row["headers"].items(),
        ]

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds * random.uniform(0.9, 1.1)):  # noqa: S311
                await self._committed.wait()
            # A round costs more than its events.
            await asyncio.sleep(self._moment)

    async def _prune(self) -> None:
        now = datetime.now(UTC).timestamp()
        if now >= self._next_prune:
            self._next_prune = now + 600
            async with self._db.reading() as connection:
                await connection.execute(PRUNE, [KEEP_SENT])
