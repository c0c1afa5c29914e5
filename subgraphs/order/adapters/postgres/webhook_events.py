"""Provider events: stored as they came, processed later, each once."""

from collections.abc import Sequence

from chassis.database import Connection
from subgraphs.order.adapters.postgres.rows import columns
from subgraphs.order.checkout.ports import DeadLetter
from subgraphs.order.domain.payment import WebhookEvent

ADD = """
INSERT INTO webhook_events (provider, event_id, type, attempt_id, object_id, body)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[]) AS u (provider, event_id)
ORDER BY provider, event_id
ON CONFLICT DO NOTHING
"""
CLAIM = """
WITH due AS (
    SELECT provider, event_id FROM webhook_events WHERE processed_at IS NULL AND due_at <= now()
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE webhook_events w SET attempts = attempts + 1,
    due_at = now() + make_interval(secs => least(60, 0.5 * 2 ^ least(w.attempts, 10)))
FROM due WHERE w.provider = due.provider AND w.event_id = due.event_id
RETURNING w.provider, w.event_id, w.type, w.attempt_id, w.object_id, w.attempts
"""
ORDERS_OF = """
SELECT w.provider, w.event_id, a.order_id
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS w (provider, event_id, attempt_id, object_id)
JOIN payment_attempts a ON a.id = w.attempt_id OR a.reference = w.object_id
"""
DEAD = """
SELECT event_id AS id, provider, type, object_id, attempts, outcome, received_at FROM webhook_events
WHERE outcome = 'about nothing we know' AND (%s = '' OR (received_at, event_id) < (
    SELECT received_at, event_id FROM webhook_events WHERE event_id = %s LIMIT 1))
ORDER BY received_at DESC, event_id DESC LIMIT %s
"""
REVIVE = """
UPDATE webhook_events SET processed_at = NULL, attempts = 0, due_at = now(), outcome = NULL
WHERE event_id = %s AND outcome = 'about nothing we know'
RETURNING event_id AS id, provider, type, object_id, attempts, 'replayed' AS outcome, received_at
"""
DONE = """
UPDATE webhook_events w SET processed_at = now(), outcome = %s
FROM unnest(%s::text[], %s::text[]) AS u (provider, event_id) WHERE w.provider = u.provider AND w.event_id = u.event_id
"""


class PostgresWebhookEvents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, events: Sequence[tuple[WebhookEvent, bytes]]) -> None:
        """With their bodies, each once: the provider may send it many times."""
        rows = [(e.provider, e.event_id, e.type, e.attempt_id, e.object_id, body) for e, body in events]
        await self._connection.execute(ADD, columns(rows, 6))

    async def claim(self, limit: int) -> list[WebhookEvent]:
        """Due events, their next try put off at the same time."""
        rows = await (await self._connection.execute(CLAIM, [limit])).fetchall()
        return [WebhookEvent(**row) for row in rows]

    async def orders_of(self, events: Sequence[WebhookEvent]) -> dict[str, str]:
        """Event → order, for those about a payment we know."""
        keys = columns([(e.provider, e.event_id, e.attempt_id, e.object_id) for e in events], 4)
        rows = await (await self._connection.execute(ORDERS_OF, keys)).fetchall()
        return {row["event_id"]: row["order_id"] for row in rows}

    async def dead(self, *, first: int, after: str) -> list[DeadLetter]:
        """Given up, newest first; one more than `first` when there are more."""
        rows = await (await self._connection.execute(DEAD, [after, after, first + 1])).fetchall()
        return [DeadLetter(**row) for row in rows]

    async def revive(self, letter_id: str) -> DeadLetter | None:
        """Has it processed again, as if it had just come."""
        row = await (await self._connection.execute(REVIVE, [letter_id])).fetchone()
        return None if row is None else DeadLetter(**row)

    async def done(self, events: Sequence[WebhookEvent], outcome: str) -> None:
        if not events:
            return
        keys = [[event.provider for event in events], [event.event_id for event in events]]
        await self._connection.execute(DONE, [outcome, *keys])
