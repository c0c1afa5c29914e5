"""Stock and its reservations. A row changes by one conditional statement with ledger rows beside it.

Rows are locked in one order everywhere: reservations by id, locations by id, stock by (sku, location), alerts by SKU,
products by id. Who changes what is free holds every row of the SKU that is for sale: their sum decides what is told.
"""

from collections.abc import Collection, Iterable, Sequence

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import idempotency
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.stock_adjustments import adjust, asked_of, outcomes_from
from subgraphs.catalog.adapters.postgres.stock_moves import Moved, Statement, apply, document
from subgraphs.catalog.domain.allocation import Allocation, AllocationStrategy, Shelves, allocate
from subgraphs.catalog.domain.stock import (
    EXPIRE,
    Adjusted,
    Adjustment,
    Move,
    Reservation,
    ReservationOutcome,
    ReservationState,
    Shortage,
)


class PostgresStock:
    """Fills `app.stock_ports.Stock`."""

    def __init__(self, db: Database, strategy: AllocationStrategy, low_stock_threshold: int) -> None:
        """A SKU without a threshold of its own is low at `low_stock_threshold` units or fewer."""
        self._db = db
        self._strategy = strategy
        self._threshold = low_stock_threshold

    async def reserve(self, reservations: Sequence[Reservation]) -> list[ReservationOutcome]:
        """All of them in one transaction; each gets all its lines or none. An id seen before gets its outcome again."""
        asked = {each.id: each for each in reservations}

        async def work(tx: Connection) -> list[ReservationOutcome]:
            new, shelves, order = await _begin(tx, asked.values())
            fresh = [each for each in asked.values() if each.id in new]
            outcomes = {row["id"]: _outcome(row) for row in new.values()}
            if fresh:
                allocation = allocate(fresh, shelves, order, self._strategy)
                await self._take(tx, allocation)
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
            await self._carry(tx, late, lines, EXPIRE)
            await self._carry(tx, moving, lines, move)
            states = {
                **{row["id"]: _outcome(row) for row in rows},
                **{row["id"]: _outcome({**row, "state": EXPIRE.target}) for row in late},
                **{row["id"]: _outcome({**row, "state": move.target}) for row in moving},
            }
            return [states.get(each) or ReservationOutcome(id=each, state=ReservationState.UNKNOWN) for each in ids]

        return await self._db.retrying(work)

    async def expires_in(self) -> float | None:
        async with self._db.reading() as connection:
            row = await (await connection.execute(sql.NEXT_OVERDUE)).fetchone()
        return row["seconds"] if row else None

    async def expire(self, limit: int) -> int:
        """Takes back what nobody secured in time; rows another process works on are left to it."""

        async def work(tx: Connection) -> int:
            rows = await (await tx.execute(sql.LOCK_OVERDUE, [limit])).fetchall()
            if rows:
                locked = await tx.execute(sql.LOCK_LINES, [[row["id"] for row in rows]])
                lines = _of_reservations(await locked.fetchall())
                await self._carry(tx, rows, lines, EXPIRE)
            return len(rows)

        return await self._db.retrying(work)

    async def adjust(self, adjustments: Sequence[Adjustment], scope: str, key: str, *, dry_run: bool) -> Adjusted:
        """Applies what may be applied, each by itself; a repeated key gets its old answer. A dry run does it all, too,
        and takes it back."""

        async def rehearse(tx: Connection) -> Adjusted:
            async with tx.transaction(force_rollback=True):
                return Adjusted(outcomes=await adjust(tx, adjustments, self._threshold))

        async def work(tx: Connection) -> Adjusted:
            answered = await idempotency.earlier_answer(tx, scope, key, asked_of(adjustments))
            if answered is not None:
                return Adjusted(outcomes=outcomes_from(answered), repeated=True)
            outcomes = await adjust(tx, adjustments, self._threshold)
            await idempotency.keep_answer(tx, scope, key, orjson.dumps(outcomes))
            return Adjusted(outcomes=outcomes)

        return await self._db.retrying(rehearse if dry_run else work)

    async def _take(self, tx: Connection, allocation: Allocation) -> None:
        moved = [
            Moved(
                sku=part.sku, location=part.location, units=part.units, kind="reserved", gives="available",
                takes="reserved", reservation_id=each.reservation.id, order_id=each.reservation.order_id or None,
            )
            for each in allocation.granted
            for part in each.parts
        ]  # fmt: skip
        beside: list[Statement] = []
        if allocation.refused:
            refused = ({"id": each, "shortages": why} for each, why in allocation.refused.items())
            beside.append((sql.REFUSE, [document(refused)]))
        if moved:
            lines = (
                {
                    "reservation_id": each.reservation_id,
                    "sku": each.sku,
                    "location": each.location,
                    "quantity": each.units,
                }
                for each in moved
            )
            beside.append((sql.LINES, [document(lines)]))
        await apply(tx, moved, self._threshold, beside)

    async def _carry(
        self, tx: Connection, reservations: Sequence[DictRow], lines: Iterable[DictRow], move: Move
    ) -> None:
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
        await apply(tx, moved, self._threshold, [(sql.SET_STATE, [move.target, list(by_id)])])


async def _begin(
    tx: Connection, reservations: Collection[Reservation]
) -> tuple[dict[str, DictRow], Shelves, list[str]]:
    """The reservations that are new, by id; the units left of each SKU for sale, locked; and its locations in order."""
    rows = document(
        {"id": each.id, "order_id": each.order_id, "ttl": each.ttl_seconds} for each in reservations
    )  # fmt: skip
    skus = sorted({sku for each in reservations for sku in each.wanted})
    async with tx.pipeline():
        new = await tx.execute(sql.NEW, [rows])
        locked = await tx.execute(sql.LOCK_FOR_SALE, [skus])
        fresh = {row["id"]: row for row in await new.fetchall()}
        shelves: Shelves = {}
        ranks: dict[str, tuple[int, str]] = {}
        for row in await locked.fetchall():
            shelves.setdefault(row["sku"], {})[row["location"]] = row["available"]
            ranks[row["location"]] = (-row["priority"], row["location"])
    return fresh, shelves, sorted(ranks, key=ranks.__getitem__)


async def _lock(tx: Connection, ids: list[str]) -> tuple[list[DictRow], list[DictRow]]:
    """The reservations and their lines, with their stock locked after them."""
    async with tx.pipeline():
        reservations = await tx.execute(sql.LOCK_RESERVATIONS, [ids])
        lines = await tx.execute(sql.LOCK_LINES, [ids])
        return await reservations.fetchall(), _of_reservations(await lines.fetchall())


def _of_reservations(rows: Iterable[DictRow]) -> list[DictRow]:
    """Each line once, not once a location of its SKU."""
    return [row for row in rows if row["here"]]


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
