"""Stock, its reservations and its ledger. A row changes by one conditional statement with ledger rows beside it.

Rows are locked in one order everywhere: reservations by id, then stock by (sku, location), then products by id.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import orjson
from emporium.events.v1 import events_pb2 as events
from psycopg.rows import DictRow

from chassis import outbox
from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import idempotency
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.domain.errors import StockMoved
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock import (
    DEFAULT_LOCATION,
    EXPIRE,
    Adjustment,
    AdjustmentOutcome,
    Allocation,
    LedgerEntry,
    Move,
    Reservation,
    ReservationOutcome,
    ReservationState,
    Shortage,
    StockLevel,
    allocate,
    faults_of_adjustment,
)

LEVELS = """
SELECT variant.sku, coalesce(stock.location, 'default') AS location, coalesce(available, 0) AS available,
       coalesce(reserved, 0) AS reserved, coalesce(secured, 0) AS secured, coalesce(sold, 0) AS sold
FROM variants AS variant LEFT JOIN stock ON stock.sku = variant.sku
WHERE variant.sku = ANY(%s)
"""
NEW = """
INSERT INTO reservations (id, order_id, state, expires_at)
SELECT asked.id, asked.order_id, 'RESERVED', now() + make_interval(secs => asked.ttl)
FROM jsonb_to_recordset(%s::jsonb) AS asked (id text, order_id text, ttl int) ORDER BY asked.id
ON CONFLICT (id) DO NOTHING
RETURNING id, 'RESERVED' AS state, shortages, expires_at
"""
TOMBSTONES = """
INSERT INTO reservations (id, state, expires_at) SELECT asked.id, 'RELEASED', now()
FROM unnest(%s::text[]) AS asked (id) ORDER BY asked.id
ON CONFLICT (id) DO NOTHING
"""
FOUND = "SELECT id, state, shortages, expires_at FROM reservations WHERE id = ANY(%s)"
LOCK_RESERVATIONS = """
SELECT id, order_id, state, shortages, expires_at, expires_at <= now() AS late
FROM reservations WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""
LOCK_OVERDUE = """
SELECT id, order_id, state, shortages, expires_at, true AS late FROM reservations
WHERE state = 'RESERVED' AND expires_at <= now() ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
LOCK_FOR_SALE = """
SELECT stock.sku, stock.available FROM stock
JOIN variants AS variant ON variant.sku = stock.sku AND variant.active
WHERE stock.sku = ANY(%s) AND stock.location = %s
  AND EXISTS (SELECT FROM publications WHERE product_id = variant.product_id)
ORDER BY stock.sku, stock.location FOR UPDATE OF stock
"""
LOCK_LINES = """
SELECT line.reservation_id, line.sku, line.location, line.quantity
FROM reservation_lines AS line JOIN stock USING (sku, location)
WHERE line.reservation_id = ANY(%s) ORDER BY line.sku, line.location FOR UPDATE OF stock
"""
LOCK_STOCK = """
SELECT sku, available FROM stock WHERE sku = ANY(%s) AND location = %s ORDER BY sku, location FOR UPDATE
"""
# The condition and the CHECKs refuse an oversell even where a lock was forgotten.
APPLY = """
UPDATE stock SET available = stock.available + delta.available, reserved = stock.reserved + delta.reserved,
                 secured = stock.secured + delta.secured, sold = stock.sold + delta.sold
FROM jsonb_to_recordset(%s::jsonb)
     AS delta (sku text, location text, available int, reserved int, secured int, sold int)
WHERE stock.sku = delta.sku AND stock.location = delta.location AND stock.available + delta.available >= 0
RETURNING stock.sku, stock.location, stock.available, stock.available - delta.available AS before
"""
RECORD = """
INSERT INTO stock_ledger (sku, location, kind, available_delta, reserved_delta, secured_delta, sold_delta,
                          reservation_id, order_id, reason)
SELECT sku, location, kind, available, reserved, secured, sold, reservation_id, order_id, reason
FROM jsonb_to_recordset(%s::jsonb) AS moved (sku text, location text, kind text, available int, reserved int,
     secured int, sold int, reservation_id text, order_id text, reason text)
"""
LINES = """
INSERT INTO reservation_lines (reservation_id, sku, location, quantity)
SELECT reservation_id, sku, location, quantity
FROM jsonb_to_recordset(%s::jsonb) AS line (reservation_id text, sku text, location text, quantity int)
"""
REFUSE = """
UPDATE reservations SET state = 'REFUSED_SHORT', shortages = refused.shortages, changed_at = now()
FROM jsonb_to_recordset(%s::jsonb) AS refused (id text, shortages jsonb) WHERE reservations.id = refused.id
"""
SET_STATE = "UPDATE reservations SET state = %s, changed_at = now() WHERE id = ANY(%s)"
NEW_STOCK = """
INSERT INTO stock (sku, location) SELECT sku, %s FROM variants WHERE sku = ANY(%s) ORDER BY sku ON CONFLICT DO NOTHING
"""
FLIPPED = """
WITH flipped AS (
    SELECT product.id FROM products AS product
    WHERE product.id IN (SELECT product_id FROM variants WHERE sku = ANY(%(skus)s)) ORDER BY product.id FOR UPDATE
), bumped AS (
    UPDATE products SET version = version + 1, updated_at = now()
    WHERE id IN (SELECT id FROM flipped) RETURNING id, version
)
SELECT variant.sku, bumped.id, bumped.version,
       EXISTS (SELECT FROM publications WHERE product_id = bumped.id) AS published
FROM bumped JOIN variants AS variant ON variant.product_id = bumped.id AND variant.sku = ANY(%(skus)s)
"""
LEDGER = """
SELECT id, sku, kind, available_delta, reserved_delta, secured_delta, sold_delta, reservation_id, order_id, created_at
FROM stock_ledger WHERE sku = %s AND id < %s ORDER BY id DESC LIMIT %s
"""

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


class PostgresStock:
    """Fills `app.ports.Stock`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def levels(self, skus: Sequence[str]) -> list[StockLevel | None]:
        async with self._db.reading() as connection:
            found = {row["sku"]: StockLevel(**row) async for row in await connection.execute(LEVELS, [list(set(skus))])}
        return [found.get(sku) for sku in skus]

    async def reserve(self, reservations: Sequence[Reservation]) -> list[ReservationOutcome]:
        """All of them in one transaction; each gets all its lines or none. An id seen before gets its outcome again."""
        asked = {each.id: each for each in reservations}

        async def work(tx: Connection) -> list[ReservationOutcome]:
            new, available = await _begin(tx, asked.values())
            fresh = [each for each in asked.values() if each.id in new]
            outcomes = {row["id"]: _outcome(row) for row in new.values()}
            if fresh:
                allocation = allocate(fresh, available)
                await _take(tx, allocation)
                outcomes |= {each: _short(each, why) for each, why in allocation.refused.items()}
            if earlier := [each for each in asked if each not in new]:
                outcomes |= {row["id"]: _outcome(row) async for row in await tx.execute(FOUND, [earlier])}
            return [outcomes[each.id] for each in reservations]

        return await self._db.retrying(work)

    async def move(self, ids: Sequence[str], move: Move) -> list[ReservationOutcome]:
        """Moves what may move; the rest answer the state they are in. Repeatable."""

        async def work(tx: Connection) -> list[ReservationOutcome]:
            if move.leaves_tombstone:
                await tx.execute(TOMBSTONES, [sorted(set(ids))])
            rows, lines = await _lock(tx, list(set(ids)))
            late = [row for row in rows if move.only_in_time and row["late"] and row["state"] in EXPIRE.origins]
            too_late = {row["id"] for row in late}
            moving = [row for row in rows if row["state"] in move.origins and row["id"] not in too_late]
            await _carry(tx, late, lines, EXPIRE)
            await _carry(tx, moving, lines, move)
            states = {
                **{row["id"]: _outcome(row) for row in rows},
                **{row["id"]: _outcome({**row, "state": EXPIRE.target}) for row in late},
                **{row["id"]: _outcome({**row, "state": move.target}) for row in moving},
            }
            return [states.get(each) or ReservationOutcome(id=each, state=ReservationState.UNKNOWN) for each in ids]

        return await self._db.retrying(work)

    async def expire(self, limit: int) -> int:
        """Takes back what nobody secured in time; rows another process works on are left to it."""

        async def work(tx: Connection) -> int:
            rows = await (await tx.execute(LOCK_OVERDUE, [limit])).fetchall()
            if rows:
                lines = await (await tx.execute(LOCK_LINES, [[row["id"] for row in rows]])).fetchall()
                await _carry(tx, rows, lines, EXPIRE)
            return len(rows)

        return await self._db.retrying(work)

    async def adjust(self, adjustments: Sequence[Adjustment], scope: str, key: str) -> list[AdjustmentOutcome]:
        """Applies what may be applied, each by itself; a repeated key gets its old answer."""

        async def work(tx: Connection) -> list[AdjustmentOutcome]:
            answered = await idempotency.earlier_answer(tx, scope, key, orjson.dumps(adjustments))
            if answered is not None:
                return [_adjustment_from(each) for each in orjson.loads(answered)]
            outcomes = await _adjust(tx, adjustments)
            await idempotency.keep_answer(tx, scope, key, orjson.dumps(outcomes))
            return outcomes

        return await self._db.retrying(work)

    async def ledger(self, sku: str, before: int, limit: int) -> list[LedgerEntry]:
        """Newest first, older than entry `before`."""
        async with self._db.reading() as connection:
            rows = await connection.execute(LEDGER, [sku, before, limit])
            return [_entry(row) async for row in rows]


async def _begin(tx: Connection, reservations: Collection[Reservation]) -> tuple[dict[str, DictRow], dict[str, int]]:
    """The reservations that are new, by id, and the units left of each SKU for sale, locked."""
    rows = _document(
        {"id": each.id, "order_id": each.order_id, "ttl": each.ttl_seconds} for each in reservations
    )  # fmt: skip
    skus = sorted({sku for each in reservations for sku in each.wanted})
    async with tx.pipeline():
        new = await tx.execute(NEW, [rows])
        locked = await tx.execute(LOCK_FOR_SALE, [skus, DEFAULT_LOCATION])
        return (
            {row["id"]: row for row in await new.fetchall()},
            {row["sku"]: row["available"] for row in await locked.fetchall()},
        )


async def _lock(tx: Connection, ids: list[str]) -> tuple[list[DictRow], list[DictRow]]:
    """The reservations and their lines, with their stock locked after them."""
    async with tx.pipeline():
        reservations = await tx.execute(LOCK_RESERVATIONS, [ids])
        lines = await tx.execute(LOCK_LINES, [ids])
        return await reservations.fetchall(), await lines.fetchall()


async def _take(tx: Connection, allocation: Allocation) -> None:
    moved = [
        Moved(
            sku=sku, units=units, kind="reserved", gives="available", takes="reserved",
            reservation_id=each.id, order_id=each.order_id or None,
        )
        for each in allocation.granted
        for sku, units in each.wanted.items()
    ]  # fmt: skip
    beside: list[Statement] = []
    if allocation.refused:
        refused = ({"id": each, "shortages": why} for each, why in allocation.refused.items())
        beside.append((REFUSE, [_document(refused)]))
    if moved:
        lines = (
            {"reservation_id": each.reservation_id, "sku": each.sku, "location": each.location, "quantity": each.units}
            for each in moved
        )
        beside.append((LINES, [_document(lines)]))
    await _apply(tx, moved, beside)


async def _carry(tx: Connection, reservations: Sequence[DictRow], lines: Iterable[DictRow], move: Move) -> None:
    """Moves the units of these locked reservations and sets their state."""
    if not reservations:
        return
    by_id = {row["id"]: row for row in reservations}
    moved = [
        Moved(
            sku=line["sku"],
            location=line["location"],
            units=line["quantity"],
            kind=move.kind,
            gives=move.origins[by_id[line["reservation_id"]]["state"]],
            takes=move.takes,
            reservation_id=line["reservation_id"],
            order_id=by_id[line["reservation_id"]]["order_id"] or None,
        )
        for line in lines
        if line["reservation_id"] in by_id
    ]
    await _apply(tx, moved, [(SET_STATE, [move.target, list(by_id)])])


async def _adjust(tx: Connection, adjustments: Sequence[Adjustment]) -> list[AdjustmentOutcome]:
    skus = [each.sku for each in adjustments]
    await tx.execute(NEW_STOCK, [DEFAULT_LOCATION, skus])
    available: dict[str, int] = {
        row["sku"]: row["available"] async for row in await tx.execute(LOCK_STOCK, [skus, DEFAULT_LOCATION])
    }
    judged: list[tuple[Fault, ...]] = []
    moved: list[Moved] = []
    free: list[int] = []
    for number, each in enumerate(adjustments):
        faults = faults_of_adjustment(each, available.get(each.sku), ("adjustments", str(number)))
        judged.append(faults)
        free.append(available.get(each.sku, 0))
        if not faults:
            available[each.sku] += each.delta
            moved.append(
                Moved(sku=each.sku, units=each.delta, kind="adjusted", takes="available", reason=each.reason or None)
            )
    await _apply(tx, moved)
    levels = {row["sku"]: StockLevel(**row) async for row in await tx.execute(LEVELS, [skus])}
    return [
        AdjustmentOutcome(level=levels.get(each.sku), faults=faults, available=units)
        for each, faults, units in zip(adjustments, judged, free, strict=True)
    ]


async def _apply(tx: Connection, moved: Sequence[Moved], beside: Sequence[Statement] = ()) -> None:
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
        applied = await tx.execute(APPLY, [_document(deltas)]) if moved else None
        if moved:
            await tx.execute(RECORD, [_document(map(_ledger_row, moved))])
        for statement, parameters in beside:
            await tx.execute(statement, parameters)
        if applied is not None:
            rows = await applied.fetchall()
    if len(rows) != len(deltas):
        raise StockMoved(skus=", ".join(sku for sku, _ in sorted(sums)))
    await _announce(
        tx, {row["sku"]: row["available"] > 0 for row in rows if (row["available"] > 0) != (row["before"] > 0)}
    )


def _document(rows: Iterable[Mapping[str, object]]) -> str:
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
    rows = await (await tx.execute(FLIPPED, {"skus": list(flips)})).fetchall()
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


def _entry(row: DictRow) -> LedgerEntry:
    values: dict[str, Any] = {**row, "id": str(row["id"])}
    return LedgerEntry(**values)


def _outcome(row: DictRow) -> ReservationOutcome:
    state = ReservationState(row["state"])
    held = state is ReservationState.RESERVED
    return ReservationOutcome(
        id=row["id"],
        state=state,
        shortages=tuple(Shortage(**each) for each in row["shortages"]),
        expires_at=row["expires_at"] if held else None,
    )


def _short(reservation_id: str, why: tuple[Shortage, ...]) -> ReservationOutcome:
    return ReservationOutcome(id=reservation_id, state=ReservationState.REFUSED_SHORT, shortages=why)


def _adjustment_from(stored: dict[str, Any]) -> AdjustmentOutcome:
    return AdjustmentOutcome(
        level=StockLevel(**stored["level"]) if stored["level"] else None,
        faults=tuple(
            Fault(code=each["code"], field=tuple(each["field"]), message=each["message"]) for each in stored["faults"]
        ),
        available=stored["available"],
    )
