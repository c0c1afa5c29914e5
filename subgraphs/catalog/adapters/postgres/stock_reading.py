"""What is where, how it came there, and what is low."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from psycopg.rows import DictRow

from chassis.database import Database
from subgraphs.catalog.domain.stock import LedgerEntry, StockLevel
from subgraphs.catalog.domain.stock_ledger import EVERYDAY, LedgerFilter
from subgraphs.catalog.domain.stock_news import LowStock

# The messages have 32 bits for a number.
TOTALS = """
SELECT variant.sku, '' AS location,
       least(coalesce(sum(available) FILTER (WHERE stock.active), 0), 2147483647)::int AS available,
       least(coalesce(sum(reserved), 0), 2147483647)::int AS reserved,
       least(coalesce(sum(secured), 0), 2147483647)::int AS secured,
       least(coalesce(sum(sold), 0), 2147483647)::int AS sold
FROM variants AS variant LEFT JOIN stock ON stock.sku = variant.sku
WHERE variant.sku = ANY(%s) GROUP BY variant.sku
"""
LEVELS = """
SELECT sku, location, available, reserved, secured, sold FROM stock WHERE sku = ANY(%s) ORDER BY sku, location
"""
LEVELS_AFTER = """
SELECT sku, location, available, reserved, secured, sold FROM stock
WHERE (sku, location) > (%s, %s) ORDER BY sku, location LIMIT %s
"""
LEVELS_AT_AFTER = """
SELECT sku, location, available, reserved, secured, sold FROM stock
WHERE location = %s AND sku > %s ORDER BY sku LIMIT %s
"""
# OFFSET 0 keeps the steps apart: SKUs are summed in their order until the page is full, not all of them first, and only
# what is below every threshold is looked up any further.
LOW = """
SELECT low.sku, variant.id AS variant_id, low.available::int AS available, low.threshold, low.version
FROM (
    SELECT few.sku, few.available, coalesce(alert.threshold, %(threshold)s) AS threshold,
           coalesce(alert.version, 0) AS version
    FROM (
        SELECT sku, coalesce(sum(available) FILTER (WHERE active), 0) AS available
        FROM stock WHERE sku > %(after)s GROUP BY sku
        HAVING coalesce(sum(available) FILTER (WHERE active), 0)
            <= greatest(%(threshold)s, (SELECT max(threshold) FROM stock_alerts))
        ORDER BY sku OFFSET 0
    ) AS few
    LEFT JOIN LATERAL (SELECT threshold, version FROM stock_alerts WHERE sku = few.sku OFFSET 0) AS alert ON true
) AS low CROSS JOIN LATERAL (SELECT id FROM variants WHERE sku = low.sku AND active OFFSET 0) AS variant
WHERE low.threshold > 0 AND low.available <= low.threshold ORDER BY low.sku LIMIT %(limit)s
"""
LEDGER: LiteralString = """
SELECT id, sku, location, kind, available_delta, reserved_delta, secured_delta, sold_delta, reservation_id, order_id,
       reason, created_at
FROM stock_ledger WHERE """
NEWEST_FIRST: LiteralString = " ORDER BY created_at DESC, id DESC LIMIT %(limit)s"
# As the index says it, so that the planner sees that it may be used.
SELDOM: LiteralString = "kind NOT IN ('reserved', 'secured', 'sold', 'released')"


class PostgresStockReading:
    """Fills `app.stock_ports.StockReading`."""

    def __init__(self, db: Database, low_stock_threshold: int) -> None:
        self._db = db
        self._threshold = low_stock_threshold

    async def totals(self, skus: Sequence[str]) -> list[StockLevel | None]:
        """All locations together; what is free, at the active ones."""
        async with self._db.reading() as connection:
            rows = await connection.execute(TOTALS, [list(set(skus))])
            found = {row["sku"]: StockLevel(**row) async for row in rows}
        return [found.get(sku) for sku in skus]

    async def levels(self, skus: Sequence[str]) -> list[list[StockLevel]]:
        """By location."""
        found: dict[str, list[StockLevel]] = {}
        async with self._db.reading() as connection:
            async for row in await connection.execute(LEVELS, [list(set(skus))]):
                found.setdefault(row["sku"], []).append(StockLevel(**row))
        return [found.get(sku, []) for sku in skus]

    async def levels_after(self, sku: str, location: str, limit: int, at: str) -> list[StockLevel]:
        """By SKU and location, of one location where `at` names it."""
        async with self._db.reading() as connection:
            rows = (
                await connection.execute(LEVELS_AT_AFTER, [at, sku, limit])
                if at
                else await connection.execute(LEVELS_AFTER, [sku, location, limit])
            )
            return [StockLevel(**row) async for row in rows]

    async def low(self, after: str, limit: int) -> list[LowStock]:
        """In the order of the SKUs, after `after`."""
        asked = {"after": after, "limit": limit, "threshold": self._threshold}
        async with self._db.reading() as connection:
            return [LowStock(**row) async for row in await connection.execute(LOW, asked)]

    async def ledger(self, wanted: LedgerFilter, before: tuple[datetime, int] | None, limit: int) -> list[LedgerEntry]:
        """Newest first, older than the entry `before`."""
        asked = {
            "sku": wanted.sku, "location": wanted.location, "order": wanted.order_id, "kinds": list(wanted.kinds),
            "since": wanted.since, "until": wanted.until, "limit": limit,
            "before": before[0] if before else None, "before_id": before[1] if before else None,
        }  # fmt: skip
        statement = LEDGER + " AND ".join(_conditions(wanted, paging=before is not None)) + NEWEST_FIRST
        async with self._db.reading() as connection:
            return [_entry(row) async for row in await connection.execute(statement, asked)]


def _conditions(wanted: LedgerFilter, *, paging: bool) -> list[LiteralString]:
    seldom = bool(wanted.kinds) and not EVERYDAY & set(wanted.kinds)
    every: list[tuple[bool, LiteralString]] = [
        (bool(wanted.sku), "sku = %(sku)s"),
        (bool(wanted.location), "location = %(location)s"),
        (bool(wanted.order_id), "order_id = %(order)s"),
        (bool(wanted.kinds), "kind = ANY(%(kinds)s)"),
        (seldom, SELDOM),
        (wanted.since is not None, "created_at >= %(since)s"),
        (wanted.until is not None, "created_at < %(until)s"),
        (paging, "(created_at, id) < (%(before)s, %(before_id)s)"),
    ]
    return [condition for asked, condition in every if asked] or ["true"]


def _entry(row: DictRow) -> LedgerEntry:
    values: dict[str, Any] = {**row, "id": str(row["id"])}
    return LedgerEntry(**values)
