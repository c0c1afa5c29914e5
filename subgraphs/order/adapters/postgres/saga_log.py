"""The saga log: who may act on which saga, and where each stands. Times are the database's own."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, LiteralString

import orjson

from chassis.database import Connection
from subgraphs.order.adapters.postgres.orders import PostgresOrders
from subgraphs.order.adapters.postgres.rows import Row, Statement, recordset
from subgraphs.order.checkout.ports import OperatorAction, SagaFilter, SagaSummary
from subgraphs.order.saga.log import SagaRow, SagaState

ADD = """
INSERT INTO sagas (definition, id, version, order_id, buyer_id, state, step, epoch, attempts, due_at, payload, reason,
    last_error)
SELECT u.definition, u.id, u.version, u.order_id, u.buyer_id, u.state, u.step, u.epoch, u.attempts,
    now() + make_interval(secs => u.due_in), u.payload, u.reason, u.last_error
FROM jsonb_to_recordset(%s::jsonb) AS u (definition text, id text, version int, order_id text, buyer_id text,
    state text, step text, epoch bigint, attempts int, due_in float8, payload jsonb, reason text, last_error text)
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
SELECT s.id, s.epoch FROM sagas s JOIN jsonb_to_recordset(%s::jsonb) AS u (id text, epoch bigint)
    ON s.id = u.id AND s.epoch = u.epoch
WHERE s.state IN ('RUNNING', 'COMPENSATING') ORDER BY s.id FOR UPDATE OF s
"""
SAVE = """
UPDATE sagas s SET state = u.state, step = u.step, version = u.version, attempts = u.attempts,
    due_at = coalesce(now() + make_interval(secs => u.due_in), s.due_at), payload = u.payload, reason = u.reason,
    last_error = u.last_error, updated_at = now()
FROM jsonb_to_recordset(%s::jsonb) AS u (id text, epoch bigint, state text, step text, version int, attempts int,
    due_in float8, payload jsonb, reason text, last_error text)
WHERE s.id = u.id AND s.epoch = u.epoch
"""
RELEASE = """
UPDATE sagas s SET due_at = now() FROM jsonb_to_recordset(%s::jsonb) AS u (id text, epoch bigint)
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
SUMMARY: LiteralString = """
SELECT s.id, s.definition, s.order_id, s.state, s.step, s.attempts, s.reason, s.last_error, s.due_at, s.created_at,
    s.updated_at, extract(epoch FROM now() - s.created_at)::bigint AS age_seconds, coalesce((
        SELECT jsonb_agg(jsonb_build_array(a.actor_id, a.action, a.reason, a.state, a.step, a.created_at) ORDER BY a.id)
        FROM operator_actions a WHERE a.saga_id = s.id
    ), '[]') AS actions
FROM sagas s
"""
BY_ID = SUMMARY + "WHERE s.id = ANY(%s) ORDER BY array_position(%s, s.id)"
LOCK_ONE = "SELECT * FROM sagas WHERE id = %s FOR UPDATE"
AUDIT = """
INSERT INTO operator_actions (saga_id, order_id, actor_id, action, reason, state, step)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
TAKE_OVER = """
UPDATE sagas SET state = %s, epoch = %s, attempts = %s, payload = %s, updated_at = now(),
    due_at = now() + make_interval(secs => %s)
WHERE id = %s
"""
HANDLING_SECONDS = 30.0
PAGE = (
    SUMMARY
    + """
WHERE (%(state)s = '' OR s.state = %(state)s) AND (%(definition)s = '' OR s.definition = %(definition)s)
    AND (%(age)s = 0 OR s.created_at <= now() - make_interval(secs => %(age)s))
    AND (%(after)s = '' OR s.id < %(after)s)
ORDER BY s.id DESC LIMIT %(first)s
"""
)


class PostgresSagaLog:
    def __init__(self, connection: Connection, orders: PostgresOrders) -> None:
        self._connection = connection
        self._orders = orders
        self._added: list[dict[str, object]] = []
        self._saved: dict[str, dict[str, object]] = {}

    async def add(self, definition: str, rows: Sequence[SagaRow]) -> None:
        self._added += [
            {"definition": definition, "order_id": row.order_id, "buyer_id": row.buyer_id, **_changing(row)}
            for row in rows
        ]

    async def claim(self, definition: str, *, limit: int, lease: float) -> list[SagaRow]:
        rows = await (await self._connection.execute(CLAIM, [definition, limit, lease])).fetchall()
        return [saga_of(row) for row in rows]

    async def hold(self, claims: Sequence[tuple[str, int]], order_ids: Sequence[str] = ()) -> set[tuple[str, int]]:
        if not order_ids:
            held = await self._connection.execute(HOLD, [_epochs(claims)])
            return {(row["id"], row["epoch"]) for row in await held.fetchall()}
        async with self._connection.pipeline():
            held = await self._connection.execute(HOLD, [_epochs(claims)])
            await self._orders.lock(order_ids)
            return {(row["id"], row["epoch"]) for row in await held.fetchall()}

    async def save(self, rows: Sequence[SagaRow]) -> None:
        self._saved |= {row.id: _changing(row) for row in rows}

    def take(self) -> Iterator[Statement]:
        if self._added:
            yield ADD, [recordset(self._added)]
        if self._saved:
            yield SAVE, [recordset(self._saved.values())]
        self._added, self._saved = [], {}

    async def release(self, claims: Sequence[tuple[str, int]]) -> None:
        await self._connection.execute(RELEASE, [_epochs(claims)])

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

    async def page(self, wanted: SagaFilter, *, first: int, after: str) -> list[SagaSummary]:
        """Newest first; one more than `first` when there are more."""
        asked = {
            "state": wanted.state,
            "definition": wanted.definition,
            "age": wanted.older_than_seconds,
            "after": after,
            "first": first + 1,
        }
        rows = await self._connection.execute(PAGE, asked)
        return [summary_of(row) for row in await rows.fetchall()]

    async def summaries(self, ids: Sequence[str]) -> list[SagaSummary]:
        rows = await self._connection.execute(BY_ID, [list(ids), list(ids)])
        return [summary_of(row) for row in await rows.fetchall()]

    async def lock(self, saga_id: str) -> tuple[str, SagaRow] | None:
        row = await (await self._connection.execute(LOCK_ONE, [saga_id])).fetchone()
        return None if row is None else (row["definition"], saga_of(row))

    async def audit(self, row: SagaRow, action: OperatorAction) -> None:
        values = [row.id, row.order_id, action.actor_id, action.action, action.reason, action.state, action.step]
        await self._connection.execute(AUDIT, values)

    async def take_over(self, row: SagaRow, *, held: bool) -> None:
        """The writer must hold the row locked."""
        seconds = HANDLING_SECONDS if held else 0.0
        payload = orjson.dumps(row.payload).decode()
        await self._connection.execute(TAKE_OVER, [row.state, row.epoch, row.attempts, payload, seconds, row.id])


def _changing(row: SagaRow) -> dict[str, object]:
    return {
        "id": row.id,
        "version": row.version,
        "state": row.state,
        "step": row.step,
        "epoch": row.epoch,
        "attempts": row.attempts,
        "due_in": (row.due_at - datetime.now(UTC)).total_seconds() if row.renewed else None,
        "payload": row.payload,
        "reason": row.reason,
        "last_error": row.last_error,
    }


def _epochs(claims: Sequence[tuple[str, int]]) -> str:
    return recordset({"id": saga_id, "epoch": epoch} for saga_id, epoch in claims)


def summary_of(row: Row) -> SagaSummary:
    actions = [
        OperatorAction(
            actor_id=actor_id, action=action, reason=reason, state=state, step=step,
            created_at=datetime.fromisoformat(created_at),
        )
        for actor_id, action, reason, state, step, created_at in row["actions"]
    ]  # fmt: skip
    known: Row = {**row, "actions": actions}
    return SagaSummary(**known)


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
