"""Provider events: stored as they came, processed later, each once."""

from base64 import b64encode
from collections.abc import Sequence
from typing import LiteralString

from chassis.database import Connection
from chassis.dead_letters import NOTE, replays_of
from subgraphs.order.adapters.postgres.rows import Row, recordset
from subgraphs.order.checkout.ports import DeadLetter, Place, ProcessedEvent
from subgraphs.order.domain.payment import WebhookEvent

# One about a payment we know whose checkout waits for nothing has nobody to wake, and is done with as it is stored. The
# others are processed afterwards.
ADD = """
WITH came AS (
    SELECT * FROM jsonb_to_recordset(%s::jsonb) AS u (provider text, event_id text, type text, attempt_id text,
        object_id text, body text)
), known AS (
    SELECT c.provider, c.event_id, a.order_id FROM came c JOIN payment_attempts a ON a.id = c.attempt_id
    UNION
    SELECT c.provider, c.event_id, a.order_id FROM came c JOIN payment_attempts a ON a.reference = c.object_id
), idle AS (
    SELECT provider, event_id FROM known JOIN orders o ON o.id = known.order_id
    WHERE o.payment_status <> 'ACTION_REQUIRED' AND NOT EXISTS (
        SELECT FROM sagas s WHERE s.order_id = o.id AND (s.state = 'PARKED' OR (s.state = 'RUNNING' AND s.attempts > 0))
    )
)
INSERT INTO webhook_events (provider, event_id, type, attempt_id, object_id, body, attempts, processed_at, outcome)
SELECT c.provider, c.event_id, c.type, c.attempt_id, c.object_id, decode(c.body, 'base64'),
    CASE WHEN w.idle THEN 1 ELSE 0 END, CASE WHEN w.idle THEN now() END, CASE WHEN w.idle THEN 'woke nobody' END
FROM came c CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT FROM idle WHERE idle.provider = c.provider AND idle.event_id = c.event_id) AS idle
) w
ORDER BY c.provider, c.event_id
ON CONFLICT DO NOTHING RETURNING event_id, processed_at
"""
# Those about a payment we know are done with: their checkouts are woken in the same transaction. One that comes while
# its checkout, which awaits the shopper, asks the provider is kept: what was asked may have been answered before it.
PROCESS = """
WITH due AS (
    SELECT provider, event_id, attempt_id, object_id FROM webhook_events
    WHERE processed_at IS NULL AND due_at <= now() ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
), known AS (
    SELECT due.provider, due.event_id, a.order_id FROM due JOIN payment_attempts a ON a.id = due.attempt_id
    UNION
    SELECT due.provider, due.event_id, a.order_id FROM due JOIN payment_attempts a ON a.reference = due.object_id
), found AS (
    SELECT due.provider, due.event_id, min(known.order_id) AS order_id, count(s.id) > 0 AS asking
    FROM due LEFT JOIN known USING (provider, event_id)
    LEFT JOIN orders o ON o.id = known.order_id AND o.payment_status = 'ACTION_REQUIRED'
    LEFT JOIN sagas s ON s.order_id = o.id AND s.definition = 'checkout' AND s.state = 'RUNNING' AND s.attempts = 0
    GROUP BY due.provider, due.event_id
)
UPDATE webhook_events w SET attempts = w.attempts + 1,
    due_at = now() + make_interval(secs => least(60, 0.5 * 2 ^ least(w.attempts, 10))),
    processed_at = CASE WHEN (found.order_id IS NOT NULL AND NOT found.asking) OR w.attempts + 1 >= %s THEN now() END,
    outcome = CASE WHEN found.order_id IS NOT NULL AND NOT found.asking THEN 'woke the checkout'
                   WHEN w.attempts + 1 >= %s THEN 'about nothing we know' END
FROM found WHERE w.provider = found.provider AND w.event_id = found.event_id
RETURNING w.event_id, w.type, found.order_id, w.processed_at IS NOT NULL AS done
"""
LETTER: LiteralString = """
SELECT event_id AS id, provider, type, object_id, attempts, coalesce(outcome, 'replayed') AS outcome, received_at,
    coalesce((
        SELECT jsonb_agg(jsonb_build_array(r.actor_id, r.reason, r.created_at) ORDER BY r.id)
        FROM dead_letter_replays r WHERE r.letter_id = w.event_id
    ), '[]') AS replays
FROM webhook_events w
"""
DEAD = (
    LETTER
    + """
WHERE outcome = 'about nothing we know' AND (%(before)s::timestamptz IS NULL
    OR (received_at, event_id COLLATE "C") < (%(before)s, %(before_id)s))
ORDER BY received_at DESC, event_id COLLATE "C" DESC LIMIT %(first)s
"""
)
ONE = LETTER + "WHERE event_id = %s"
REVIVE = """
UPDATE webhook_events SET processed_at = NULL, attempts = 0, due_at = now(), outcome = NULL
WHERE event_id = %s AND outcome = 'about nothing we know'
"""


class PostgresWebhookEvents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, events: Sequence[tuple[WebhookEvent, bytes]]) -> bool:
        """With their bodies, each once: the provider may send it many times. Whether any is to be processed."""
        rows = recordset(
            {
                "provider": event.provider,
                "event_id": event.event_id,
                "type": event.type,
                "attempt_id": event.attempt_id,
                "object_id": event.object_id,
                "body": b64encode(body).decode(),
            }
            for event, body in events
        )
        stored = await (await self._connection.execute(ADD, [rows])).fetchall()
        return any(row["processed_at"] is None for row in stored)

    async def process(self, *, limit: int, most_attempts: int) -> list[ProcessedEvent]:
        """Due ones; the next try of those that are about nothing we know is put off, until they are given up."""
        asked = await self._connection.execute(PROCESS, [limit, most_attempts, most_attempts])
        return [ProcessedEvent(**row) for row in await asked.fetchall()]

    async def dead(self, *, first: int, before: Place | None) -> list[DeadLetter]:
        """Given up, newest first, after a place in the list."""
        at, event_id = before or (None, "")
        asked = {"before": at, "before_id": event_id, "first": first}
        rows = await (await self._connection.execute(DEAD, asked)).fetchall()
        return [letter_of(row) for row in rows]

    async def revive(self, letter_id: str, *, actor_id: str, reason: str) -> DeadLetter | None:
        """Has it processed again, as if it had just come, with an audit entry."""
        if not (await self._connection.execute(REVIVE, [letter_id])).rowcount:
            return None
        await self._connection.execute(NOTE, [letter_id, actor_id, reason])
        row = await (await self._connection.execute(ONE, [letter_id])).fetchone()
        return None if row is None else letter_of(row)


def letter_of(row: Row) -> DeadLetter:
    known: Row = {**row, "replays": replays_of(row["replays"])}
    return DeadLetter(**known)
