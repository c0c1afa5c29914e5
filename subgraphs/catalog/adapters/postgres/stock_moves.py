"""Units that change their place: the stock rows, the ledger beside them, and the news of what sold out or came back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

import orjson
from emporium.events.v1 import events_pb2 as events
from psycopg.rows import DictRow

from chassis import outbox
from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
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


async def apply(tx: Connection, moved: Sequence[Moved], beside: Sequence[Statement] = ()) -> None:
    """Changes the rows, writes the ledger, and announces the SKUs that sold out or came back; with what is written
    beside it in one round trip, for the rows are locked meanwhile."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for each in moved:
        row = sums[each.sku, each.location]
        for place, delta in enumerate(each.deltas):
            row[place] += delta
    deltas = [
        {"sku": sku, "location": location, **dict(zip(PLACES, sums[sku, location], strict=True))}
        for sku, location in sorted(sums)
    ]
    rows: list[DictRow] = []
    async with tx.pipeline():
        applied = await tx.execute(sql.APPLY, [document(deltas)]) if moved else None
        if moved:
            await tx.execute(sql.RECORD, [document(map(_ledger_row, moved))])
        for statement, parameters in beside:
            await tx.execute(statement, parameters)
        if applied is not None:
            rows = await applied.fetchall()
    if len(rows) != len(deltas):
        raise StockMoved(skus=", ".join(sku for sku, _ in sorted(sums)))
    await _announce(
        tx, {row["sku"]: row["available"] > 0 for row in rows if (row["available"] > 0) != (row["before"] > 0)}
    )


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


async def _announce(tx: Connection, flips: dict[str, bool]) -> None:
    if not flips:
        return
    rows = await (await tx.execute(sql.FLIPPED, {"skus": list(flips)})).fetchall()
    changed = {row["id"]: row for row in rows}
    await refresh_offers(tx, list(changed))
    await outbox.append(
        tx,
        [
            outbox.Event(
                topic=TOPIC,
                aggregate_id=row["id"],
                sequence=row["version"],
                message=events.StockChanged(product_id=row["id"], sku=row["sku"], available_for_sale=flips[row["sku"]]),
            )
            for row in rows
        ]
        + [
            outbox.Event(
                topic=TOPIC,
                aggregate_id=row["id"],
                sequence=row["version"],
                message=events.ProductChanged(product_id=row["id"], version=row["version"], published=row["published"]),
            )
            for row in changed.values()
        ],
    )
