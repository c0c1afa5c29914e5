"""Discount codes and their uses. A use is claimed under the code's row lock, so the limit holds for any racers."""

from collections import defaultdict
from collections.abc import Sequence

from chassis.database import Connection
from subgraphs.order.adapters.postgres.orders import PostgresOrders
from subgraphs.order.adapters.postgres.rows import Row, flush, recordset
from subgraphs.order.app.ports import CodeUses
from subgraphs.order.domain.discount import DiscountCode

GET = "SELECT * FROM discount_codes WHERE code = ANY(%s)"
SAVE = """
INSERT INTO discount_codes (id, code, percent_off, amount_off, minimum, currency, usage_limit, expires_at,
    customer_limit, exclusive)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (code) DO UPDATE SET percent_off = excluded.percent_off, amount_off = excluded.amount_off,
    minimum = excluded.minimum, currency = excluded.currency, usage_limit = excluded.usage_limit,
    expires_at = excluded.expires_at, customer_limit = excluded.customer_limit, exclusive = excluded.exclusive
RETURNING *
"""
LOCK = "SELECT * FROM discount_codes WHERE code = ANY(%s) ORDER BY code FOR UPDATE"
HELD = "SELECT code, order_id FROM discount_claims WHERE order_id = ANY(%s) AND released_at IS NULL"
OF_CUSTOMERS = """
SELECT w.code, w.order_id, me.buyer_id, lower(me.email) AS email, d.customer_limit, count(o.id)::int AS uses
FROM unnest(%s::text[], %s::text[]) AS w (code, order_id)
JOIN discount_codes d ON d.code = w.code AND d.customer_limit IS NOT NULL
JOIN orders me ON me.id = w.order_id
LEFT JOIN discount_claims c ON c.code = w.code AND c.released_at IS NULL AND c.order_id <> w.order_id
LEFT JOIN orders o ON o.id = c.order_id AND (o.buyer_id = me.buyer_id OR lower(o.email) = lower(me.email))
GROUP BY w.code, w.order_id, me.buyer_id, me.email, d.customer_limit
"""
MOST_BY_ONE = """
SELECT coalesce(max(uses), 0)::int AS uses FROM (
    SELECT count(*) AS uses FROM discount_claims c JOIN orders o ON o.id = c.order_id
    WHERE c.code = %s AND c.released_at IS NULL GROUP BY GROUPING SETS (o.buyer_id, lower(o.email))
) AS by_customer
"""
CLAIM = """
WITH granted AS (
    INSERT INTO discount_claims (code, order_id, buyer_id)
    SELECT code, order_id, buyer_id FROM jsonb_to_recordset(%s::jsonb) AS u (code text, order_id text, buyer_id text)
    ON CONFLICT (code, order_id) DO UPDATE SET released_at = NULL, claimed_at = now()
        WHERE discount_claims.released_at IS NOT NULL
    RETURNING code
)
UPDATE discount_codes d SET used_count = used_count + g.uses
FROM (SELECT code, count(*) AS uses FROM granted GROUP BY code) g WHERE d.code = g.code
"""
GIVE_BACK = """
WITH back AS (
    UPDATE discount_claims SET released_at = now() WHERE order_id = ANY(%s) AND released_at IS NULL RETURNING code
)
UPDATE discount_codes d SET used_count = used_count - b.uses
FROM (SELECT code, count(*) AS uses FROM back GROUP BY code) b WHERE d.code = b.code
"""

Claim = tuple[str, str]
"""(code, order id)."""


class PostgresDiscountCodes:
    def __init__(self, connection: Connection, orders: PostgresOrders) -> None:
        self._connection = connection
        self._orders = orders

    async def get(self, codes: Sequence[str]) -> dict[str, DiscountCode]:
        rows = await (await self._connection.execute(GET, [list(codes)])).fetchall()
        return {row["code"]: code_of(row) for row in rows}

    async def lock_uses(self, code: str) -> CodeUses:
        locked = await (await self._connection.execute(LOCK, [[code]])).fetchone()
        if locked is None:
            return CodeUses()
        # After the lock: only a new statement sees what another transaction claimed meanwhile.
        most = await (await self._connection.execute(MOST_BY_ONE, [code])).fetchone()
        assert most is not None  # noqa: S101  (an aggregate)
        return CodeUses(total=locked["used_count"], by_one_customer=most["uses"])

    async def save(self, code: DiscountCode) -> DiscountCode:
        values = [
            code.id, code.code, code.percent_off, code.amount_off_minor, code.minimum_minor, code.currency,
            code.usage_limit, code.expires_at, code.customer_limit, code.exclusive,
        ]  # fmt: skip
        row = await (await self._connection.execute(SAVE, values)).fetchone()
        assert row is not None  # noqa: S101  (RETURNING of an upsert)
        return code_of(row)

    async def claim(self, wanted: Sequence[tuple[str, str, str]]) -> set[tuple[str, str]]:
        if not wanted:
            return set()
        locked = await (await self._connection.execute(LOCK, [[code for code, _, _ in wanted]])).fetchall()
        rows = await (await self._connection.execute(HELD, [[order_id for _, order_id, _ in wanted]])).fetchall()
        granted = {(row["code"], row["order_id"]) for row in rows}
        left: dict[str, float] = defaultdict(float)
        for row in locked:
            limit = row["usage_limit"]
            left[row["code"]] = float("inf") if limit is None else limit - row["used_count"]
        too_often = await self._too_often(wanted) if any(row["customer_limit"] for row in locked) else set[Claim]()
        new: list[dict[str, object]] = []
        for code, order_id, buyer_id in wanted:
            if (code, order_id) not in granted | too_often and left[code] >= 1:
                left[code] -= 1
                granted.add((code, order_id))
                new.append({"code": code, "order_id": order_id, "buyer_id": buyer_id})
        await self._connection.execute(CLAIM, [recordset(new)])
        return granted

    async def _too_often(self, wanted: Sequence[tuple[str, str, str]]) -> set[Claim]:
        """Those beyond their customer's limit, earlier ones of the same set counted too. The codes are locked."""
        await flush(self._connection, [self._orders])  # it may be the order's own transaction that asks
        asked = [[code for code, _, _ in wanted], [order_id for _, order_id, _ in wanted]]
        found = await (await self._connection.execute(OF_CUSTOMERS, asked)).fetchall()
        mine = {(row["code"], row["order_id"]): row for row in found}
        refused: set[Claim] = set()
        seen: dict[tuple[str, str], int] = defaultdict(int)
        for code, order_id, _ in wanted:
            row = mine.get((code, order_id))
            if row is None:
                continue
            names = [(code, row["buyer_id"]), (code, row["email"])]
            if row["uses"] + max(seen[name] for name in names) >= row["customer_limit"]:
                refused.add((code, order_id))
            else:
                for name in names:
                    seen[name] += 1
        return refused

    async def give_back(self, order_ids: Sequence[str]) -> None:
        await self._connection.execute(GIVE_BACK, [list(order_ids)])


def code_of(row: Row) -> DiscountCode:
    return DiscountCode(
        id=row["id"],
        code=row["code"],
        percent_off=row["percent_off"],
        amount_off_minor=row["amount_off"],
        minimum_minor=row["minimum"],
        currency=row["currency"],
        usage_limit=row["usage_limit"],
        used_count=row["used_count"],
        expires_at=row["expires_at"],
        customer_limit=row["customer_limit"],
        exclusive=row["exclusive"],
    )
