"""Stock, its reservations and its ledger. A row changes by one conditional statement with ledger rows beside it.

Rows are locked in one order everywhere: reservations by id, then stock by (sku, location), then products by id.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import idempotency
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.stock_moves import Moved, Statement, apply, document
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


class PostgresStock:
    """Fills `app.ports.Stock`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def levels(self, skus: Sequence[str]) -> list[StockLevel | None]:
        async with self._db.reading() as connection:
            found = {
                row["sku"]: StockLevel(**row) async for row in await connection.execute(sql.LEVELS, [list(set(skus))])
            }
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
                outcomes |= {row["id"]: _outcome(row) async for row in await tx.execute(sql.FOUND, [earlier])}
            return [outcomes[each.id] for each in reservations]

        return await self._db.retrying(work)

    async def move(self, ids: Sequence[str], move: Move) -> list[ReservationOutcome]:
        """Moves what may move; the rest answer the state they are in. Repeatable."""

        async def work(tx: Connection) -> list[ReservationOutcome]:
            if move.leaves_tombstone:
                await tx.execute(sql.TOMBSTONES, [sorted(set(ids))])
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
            rows = await (await tx.execute(sql.LOCK_OVERDUE, [limit])).fetchall()
            if rows:
                lines = await (await tx.execute(sql.LOCK_LINES, [[row["id"] for row in rows]])).fetchall()
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
            rows = await connection.execute(sql.LEDGER, [sku, before, limit])
            return [_entry(row) async for row in rows]


async def _begin(tx: Connection, reservations: Collection[Reservation]) -> tuple[dict[str, DictRow], dict[str, int]]:
    """The reservations that are new, by id, and the units left of each SKU for sale, locked."""
    rows = document(
        {"id": each.id, "order_id": each.order_id, "ttl": each.ttl_seconds} for each in reservations
    )  # fmt: skip
    skus = sorted({sku for each in reservations for sku in each.wanted})
    async with tx.pipeline():
        new = await tx.execute(sql.NEW, [rows])
        locked = await tx.execute(sql.LOCK_FOR_SALE, [skus, DEFAULT_LOCATION])
        return (
            {row["id"]: row for row in await new.fetchall()},
            {row["sku"]: row["available"] for row in await locked.fetchall()},
        )


async def _lock(tx: Connection, ids: list[str]) -> tuple[list[DictRow], list[DictRow]]:
    """The reservations and their lines, with their stock locked after them."""
    async with tx.pipeline():
        reservations = await tx.execute(sql.LOCK_RESERVATIONS, [ids])
        lines = await tx.execute(sql.LOCK_LINES, [ids])
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
        beside.append((sql.REFUSE, [document(refused)]))
    if moved:
        lines = (
            {"reservation_id": each.reservation_id, "sku": each.sku, "location": each.location, "quantity": each.units}
            for each in moved
        )
        beside.append((sql.LINES, [document(lines)]))
    await apply(tx, moved, beside)


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
    await apply(tx, moved, [(sql.SET_STATE, [move.target, list(by_id)])])


async def _adjust(tx: Connection, adjustments: Sequence[Adjustment]) -> list[AdjustmentOutcome]:
    skus = [each.sku for each in adjustments]
    await tx.execute(sql.NEW_STOCK, [DEFAULT_LOCATION, skus])
    available: dict[str, int] = {
        row["sku"]: row["available"] async for row in await tx.execute(sql.LOCK_STOCK, [skus, DEFAULT_LOCATION])
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
    await apply(tx, moved)
    levels = {row["sku"]: StockLevel(**row) async for row in await tx.execute(sql.LEVELS, [skus])}
    return [
        AdjustmentOutcome(level=levels.get(each.sku), faults=faults, available=units)
        for each, faults, units in zip(adjustments, judged, free, strict=True)
    ]


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
