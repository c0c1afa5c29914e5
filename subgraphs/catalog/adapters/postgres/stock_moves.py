"""Units that change their place: the stock rows, the ledger beside them, and the news of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.stock_events import announce
from subgraphs.catalog.domain.errors import StockMoved
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION

PLACES = ("available", "reserved", "secured", "sold")
Statement = tuple[LiteralString, Sequence[object]]
"""SQL and its parameters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """Units of one SKU that change their place, or come and go at `available`."""

    sku: str
    units: int
    kind: str
    gives: str = ""
    takes: str = ""
    location: str = DEFAULT_LOCATION
    reservation_id: str | None = None
    order_id: str | None = None
    reason: str | None = None

    @property
    def deltas(self) -> tuple[int, ...]:
        return tuple(
            (self.units if place == self.takes else 0) - (self.units if place == self.gives else 0) for place in PLACES
        )


async def apply(tx: Connection, moved: Sequence[Moved], threshold: int, beside: Sequence[Statement] = ()) -> None:
    """Changes the rows, writes the ledger, and announces the SKUs that ran low, sold out or came back; with what is
    written beside it in one round trip, for the rows are locked meanwhile. `threshold`: below it a SKU without its own
    is low."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in moved:
        row = sums[each.sku, each.location]
        for place, delta in enumerate(each.deltas):
            row[place] += delta
    deltas = [
        {"sku": sku, "location": location, **dict(zip(PLACES, sums[sku, location], strict=True))}
        for sku, location in sorted(sums)
    ]
    changing = sorted({sku for (sku, _), row in sums.items() if row[0]})
    rows: list[DictRow] = []
    free: list[DictRow] = []
    async with tx.pipeline():
        applied = await tx.execute(sql.APPLY, [document(deltas)]) if moved else None
        if moved:
            await tx.execute(sql.RECORD, [document(map(_ledger_row, moved))])
        for statement, parameters in beside:
            await tx.execute(statement, parameters)
        after = await tx.execute(sql.FREE, [changing]) if changing else None
        if applied is not None:
            rows = await applied.fetchall()
        if after is not None:
            free = await after.fetchall()
    if len(rows) != len(deltas):
        raise StockMoved(skus=", ".join(sku for sku, _ in sorted(sums)))
    changes = Counter[str]()
    for row in rows:
        changes[row["sku"]] += row["change"]
    await announce(tx, free, changes, threshold)


def document(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows for `jsonb_to_recordset`: one parameter, however many columns."""
    return orjson.dumps(list(rows)).decode()


def _ledger_row(moved: Moved) -> dict[str, object]:
    return {
        "sku": moved.sku,
        "location": moved.location,
        "kind": moved.kind,
        **dict(zip(PLACES, moved.deltas, strict=True)),
        "reservation_id": moved.reservation_id,
        "order_id": moved.order_id,
        "reason": moved.reason,
    }
