"""Discount codes and their uses. A use is claimed under the code's row lock, so the limit holds for any racers."""

from collections import defaultdict
from collections.abc import Sequence

from chassis.database import Connection
from subgraphs.order.adapters.postgres.rows import Row, columns
from subgraphs.order.domain.discount import DiscountCode

GET = "SELECT * FROM discount_codes WHERE code = ANY(%s)"
SAVE = """
INSERT INTO discount_codes (id, code, percent_off, amount_off, minimum, currency, usage_limit, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (code) DO UPDATE SET percent_off = excluded.percent_off, amount_off = excluded.amount_off,
    minimum = excluded.minimum, currency = excluded.currency, usage_limit = excluded.usage_limit,
    expires_at = excluded.expires_at
RETURNING *
"""
LOCK = "SELECT * FROM discount_codes WHERE code = ANY(%s) ORDER BY code FOR UPDATE"
HELD = "SELECT code, order_id FROM discount_claims WHERE order_id = ANY(%s) AND released_at IS NULL"
CLAIM = """
WITH granted AS (
    INSERT INTO discount_claims (code, order_id, buyer_id)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])
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


class PostgresDiscountCodes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, codes: Sequence[str]) -> dict[str, DiscountCode]:
        rows = await (await self._connection.execute(GET, [list(codes)])).fetchall()
        return {row["code"]: code_of(row) for row in rows}

    async def save(self, code: DiscountCode) -> DiscountCode:
        values = [
            code.id, code.code, code.percent_off, code.amount_off_minor, code.minimum_minor, code.currency,
            code.usage_limit, code.expires_at,
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
        new: list[tuple[str, str, str]] = []
        for code, order_id, buyer_id in wanted:
            if (code, order_id) not in granted and left[code] >= 1:
                left[code] -= 1
                new.append((code, order_id, buyer_id))
        await self._connection.execute(CLAIM, columns(new, 3))
        return granted | {(code, order_id) for code, order_id, _ in new}

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
    )
