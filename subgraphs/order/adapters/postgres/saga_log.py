"""The saga log: who may act on which saga, and where each stands. Times are the database's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from chassis.database import Connection
from subgraphs.order.adapters.postgres.rows import Row, columns
from subgraphs.order.checkout.ports import SagaSummary
from subgraphs.order.saga.log import SagaRow, SagaState

ADD = """
INSERT INTO sagas (definition, id, version, order_id, buyer_id, state, step, epoch, due_at, payload)
SELECT %s, u.id, u.version, u.order_id, u.buyer_id, u.state, u.step, u.epoch, now() + make_interval(secs => u.due_in),
    u.payload
FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::float8[],
    %s::jsonb[]) AS u (id, version, order_id, buyer_id, state, step, epoch, due_in, payload)
"""
CLAIM = """
WITH due AS (
    SELECT id FROM sagas
    WHERE definition = %s AND state IN ('RUNNING', 'COMPENSATING', 'PARKED') AND due_at <= now()
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE sagas s SET epoch = epoch + 1, due_at = now() + make_interval(secs => %s), updated_at = now(),
    state = CASE WHEN state = 'PARKED' THEN 'RUNNING' ELSE state END
FROM due WHERE s.id = due.id RETURNING s.*
"""
HOLD = """
SELECT s.id FROM sagas s JOIN unnest(%s::text[], %s::bigint[]) AS u (id, epoch) ON s.id = u.id AND s.epoch = u.epoch
WHERE s.state IN ('RUNNING', 'COMPENSATING') ORDER BY s.id FOR UPDATE OF s
"""
SAVE = """
UPDATE sagas s SET state = u.state, step = u.step, version = u.version, attempts = u.attempts,
    due_at = now() + make_interval(secs => u.due_in), payload = u.payload, reason = u.reason, last_error = u.last_error,
    updated_at = now()
FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::int[], %s::float8[], %s::jsonb[],
    %s::text[], %s::text[]) AS u (id, epoch, state, step, version, attempts, due_in, payload, reason, last_error)
WHERE s.id = u.id AND s.epoch = u.epoch
"""
RELEASE = """
UPDATE sagas s SET due_at = now() FROM unnest(%s::text[], %s::bigint[]) AS u (id, epoch)
WHERE s.id = u.id AND s.epoch = u.epoch AND s.state IN ('RUNNING', 'COMPENSATING') AND s.due_at > now()
"""
WAKE = """
UPDATE sagas SET due_at = now()
WHERE order_id = ANY(%s) AND (state = 'PARKED' OR (state = 'RUNNING' AND attempts > 0)) AND due_at > now()
"""
AMEND_PARKED = """
UPDATE sagas SET payload = payload || %s::jsonb, due_at = now(), updated_at = now()
WHERE order_id = %s AND definition = %s AND state = 'PARKED'
"""
OF_ORDERS = "SELECT order_id, state, step FROM sagas WHERE order_id = ANY(%s) AND definition = %s"
PAYLOAD = "SELECT payload FROM sagas WHERE order_id = %s AND definition = %s"
PAGE = """
SELECT id, order_id, state, step, attempts, last_error, created_at, updated_at
FROM sagas WHERE (%s = '' OR state = %s) AND (%s = '' OR id < %s) ORDER BY id DESC LIMIT %s
"""


class PostgresSagaLog:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, definition: str, rows: Sequence[SagaRow]) -> None:
        now = datetime.now(UTC)
        values = [
            (row.id, row.version, row.order_id, row.buyer_id, row.state, row.step, row.epoch,
             (row.due_at - now).total_seconds(), orjson.dumps(row.payload).decode())
            for row in rows
        ]  # fmt: skip
        await self._connection.execute(ADD, [definition, *columns(values, 9)])

    async def claim(self, definition: str, *, limit: int, lease: float) -> list[SagaRow]:
        rows = await (await self._connection.execute(CLAIM, [definition, limit, lease])).fetchall()
        return [saga_of(row) for row in rows]

    async def hold(self, claims: Sequence[tuple[str, int]]) -> set[str]:
        rows = await (await self._connection.execute(HOLD, columns(claims, 2))).fetchall()
        return {row["id"] for row in rows}

    async def save(self, rows: Sequence[SagaRow]) -> None:
        if not rows:
            return
        now = datetime.now(UTC)
        values = [
            (row.id, row.epoch, row.state, row.step, row.version, row.attempts, (row.due_at - now).total_seconds(),
             orjson.dumps(row.payload).decode(), row.reason, row.last_error)
            for row in rows
        ]  # fmt: skip
        await self._connection.execute(SAVE, columns(values, 10))

    async def release(self, claims: Sequence[tuple[str, int]]) -> None:
        await self._connection.execute(RELEASE, columns(claims, 2))

    async def wake(self, order_ids: Sequence[str]) -> int:
        """Makes the waiting sagas of these orders due now; returns how many."""
        return (await self._connection.execute(WAKE, [list(order_ids)])).rowcount

    async def amend_parked(self, order_id: str, definition: str, change: dict[str, Any]) -> bool:
        """Changes what a parked saga remembers and makes it due; false when it is not parked."""
        values = [orjson.dumps(change).decode(), order_id, definition]
        return (await self._connection.execute(AMEND_PARKED, values)).rowcount == 1

    async def states(self, order_ids: Sequence[str], definition: str) -> dict[str, SagaState]:
        """Where the orders' sagas of one definition stand."""
        rows = await (await self._connection.execute(OF_ORDERS, [list(order_ids), definition])).fetchall()
        return {row["order_id"]: SagaState(row["state"]) for row in rows}

    async def payload(self, order_id: str, definition: str) -> dict[str, Any]:
        """What the order's saga remembers; raises LookupError without one."""
        row = await (await self._connection.execute(PAYLOAD, [order_id, definition])).fetchone()
        if row is None:
            raise LookupError(f"{order_id} has no {definition} saga")
        return row["payload"]

    async def page(self, state: str, *, first: int, after: str) -> list[SagaSummary]:
        """Newest first; one more than `first` when there are more."""
        rows = await self._connection.execute(PAGE, [state, state, after, after, first + 1])
        return [SagaSummary(**row) for row in await rows.fetchall()]


def saga_of(row: Row) -> SagaRow:
    return SagaRow(
        id=row["id"],
        order_id=row["order_id"],
        buyer_id=row["buyer_id"],
        state=SagaState(row["state"]),
        step=row["step"],
        epoch=row["epoch"],
        attempts=row["attempts"],
        version=row["version"],
        payload=row["payload"],
        reason=row["reason"],
        last_error=row["last_error"],
        due_at=row["due_at"],
    )
