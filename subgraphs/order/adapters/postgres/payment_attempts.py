"""Payment attempts: our ledger of what was asked of the provider, and what it answered."""

from collections.abc import Iterator, Sequence

from chassis.database import Connection
from subgraphs.order.adapters.postgres.rows import Row, Statement, flush, recordset
from subgraphs.order.domain.payment import AttemptAnswer, AttemptKind, PaymentAttempt, PaymentOutcome

ADD = """
INSERT INTO payment_attempts (id, order_id, buyer_id, kind, amount, currency, provider, created_at)
SELECT id, order_id, buyer_id, kind, amount, currency, provider, created_at
FROM jsonb_to_recordset(%s::jsonb) AS u (id text, order_id text, buyer_id text, kind text, amount bigint, currency text,
    provider text, created_at timestamptz)
ON CONFLICT (id) DO NOTHING
"""
RESOLVE = """
UPDATE payment_attempts a SET outcome = u.outcome, reference = coalesce(u.reference, a.reference),
    decline_reason = u.decline_reason, moved = u.moved, resolved_at = CASE WHEN u.outcome <> 'UNKNOWN' THEN now() END
FROM jsonb_to_recordset(%s::jsonb) AS u (id text, outcome text, reference text, decline_reason text,
    moved bigint)
WHERE a.id = u.id
"""
OF_ORDERS = "SELECT * FROM payment_attempts WHERE order_id = ANY(%s) ORDER BY order_id, created_at, id"
GET = "SELECT * FROM payment_attempts WHERE id = %s"
PENDING_REFUNDS = """
SELECT coalesce(sum(amount), 0)::bigint AS pending FROM payment_attempts
WHERE order_id = %s AND kind = 'REFUND' AND outcome = 'UNKNOWN'
"""
KNOWN = "SELECT * FROM payment_attempts WHERE order_id = %s AND kind = %s ORDER BY created_at DESC, id DESC LIMIT 1"


class PostgresPaymentAttempts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added: list[dict[str, object]] = []
        self._resolved: list[dict[str, object]] = []

    async def add(self, attempts: Sequence[PaymentAttempt]) -> None:
        self._added.extend(
            {
                "id": one.id,
                "order_id": one.order_id,
                "buyer_id": one.buyer_id,
                "kind": one.kind,
                "amount": one.amount,
                "currency": one.currency,
                "provider": one.provider,
                "created_at": one.created_at,
            }
            for one in attempts
        )

    async def resolve(self, answers: Sequence[AttemptAnswer]) -> None:
        self._resolved.extend(
            {"id": attempt_id, "outcome": outcome, "reference": reference, "decline_reason": reason, "moved": moved}
            for attempt_id, outcome, reference, reason, moved in answers
        )

    def take(self) -> Iterator[Statement]:
        if self._added:
            yield ADD, [recordset(self._added)]
        if self._resolved:
            yield RESOLVE, [recordset(self._resolved)]
        self._added, self._resolved = [], []

    async def of_orders(self, order_ids: Sequence[str]) -> dict[str, list[PaymentAttempt]]:
        await flush(self._connection, [self])
        found: dict[str, list[PaymentAttempt]] = {order_id: [] for order_id in order_ids}
        for row in await (await self._connection.execute(OF_ORDERS, [list(order_ids)])).fetchall():
            found[row["order_id"]].append(attempt_of(row))
        return found

    async def get(self, attempt_id: str) -> PaymentAttempt | None:
        await flush(self._connection, [self])
        row = await (await self._connection.execute(GET, [attempt_id])).fetchone()
        return None if row is None else attempt_of(row)

    async def pending_refunds(self, order_id: str) -> int:
        await flush(self._connection, [self])
        row = await (await self._connection.execute(PENDING_REFUNDS, [order_id])).fetchone()
        return 0 if row is None else row["pending"]

    async def known(self, order_id: str, kind: AttemptKind) -> PaymentAttempt | None:
        await flush(self._connection, [self])
        row = await (await self._connection.execute(KNOWN, [order_id, kind])).fetchone()
        return None if row is None else attempt_of(row)


def attempt_of(row: Row) -> PaymentAttempt:
    return PaymentAttempt(
        id=row["id"],
        order_id=row["order_id"],
        buyer_id=row["buyer_id"],
        kind=AttemptKind(row["kind"]),
        amount=row["amount"],
        currency=row["currency"],
        provider=row["provider"],
        outcome=PaymentOutcome(row["outcome"]),
        reference=row["reference"],
        decline_reason=row["decline_reason"],
        moved=row["moved"],
        created_at=row["created_at"],
    )
