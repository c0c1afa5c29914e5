"""The places that hold stock, and the thresholds of what they hold."""

from collections.abc import Sequence
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres import stock_statements as sql
from subgraphs.catalog.adapters.postgres.stock_events import announce, tell
from subgraphs.catalog.adapters.postgres.stock_moves import document
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION
from subgraphs.catalog.domain.stock_location import (
    DEFAULT_STAYS,
    IN_THE_BOOKS,
    MOST_LOCATIONS,
    TOO_MANY,
    UNKNOWN,
    LocationDraft,
    LocationWrite,
    StockLocation,
    Stretch,
    stale,
)
from subgraphs.catalog.domain.stock_news import (
    LowStock,
    StockNews,
    Threshold,
    ThresholdWrite,
    fault_of_threshold,
    news_of_threshold,
)

BY_IDS = """
SELECT id, name, address, priority, active, settled, version, created_at, updated_at
FROM stock_locations WHERE id = ANY(%s)
"""
PAGE = """
SELECT id, name, address, priority, active, settled, version, created_at, updated_at FROM stock_locations
WHERE (%(active)s::boolean IS NULL OR active = %(active)s) AND (-priority, id) > (-%(priority)s::int, %(id)s)
ORDER BY -priority, id LIMIT %(limit)s
"""
LOCK = BY_IDS + "FOR NO KEY UPDATE"
FOR_GOOD = BY_IDS + "FOR UPDATE"
HELD = "SELECT EXISTS (SELECT FROM stock WHERE location = %s) AS held"
DELETE = "DELETE FROM stock_locations WHERE id = %s"
# One at a time makes a new one, else two could be the hundredth; readers and stock do not wait for it.
ALONE = "LOCK TABLE stock_locations IN SHARE ROW EXCLUSIVE MODE"
COUNT = "SELECT count(*) AS locations FROM stock_locations"
SAVE = """
INSERT INTO stock_locations AS place (id, name, address, priority, active)
SELECT id, name, address, priority, active
FROM jsonb_to_recordset(%s::jsonb) AS row (id text, name text, address jsonb, priority int, active boolean) ORDER BY id
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, address = excluded.address, priority = excluded.priority, active = excluded.active,
    settled = place.settled AND place.active = excluded.active, version = place.version + 1, updated_at = now()
RETURNING id, name, address, priority, active, settled, version, created_at, updated_at
"""
UNSETTLED = """
SELECT id, active, version FROM stock_locations WHERE NOT settled ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
ALL_SETTLED = "SELECT NOT EXISTS (SELECT FROM stock_locations WHERE NOT settled) AS settled"
SETTLED = "UPDATE stock_locations SET settled = true WHERE id = %s"
STRETCH = """
SELECT sku FROM stock WHERE location = %s AND sku > %s AND active <> %s ORDER BY sku LIMIT %s
"""
FOLLOW = """
UPDATE stock SET active = %(active)s WHERE location = %(location)s AND sku = ANY(%(skus)s) AND active <> %(active)s
RETURNING sku, CASE WHEN active THEN available ELSE -available END AS change
"""
THRESHOLDS = """
INSERT INTO stock_alerts (sku, threshold, version)
SELECT sku, threshold, 1 FROM jsonb_to_recordset(%s::jsonb) AS told (sku text, threshold int) ORDER BY sku
ON CONFLICT (sku) DO UPDATE SET threshold = excluded.threshold, version = stock_alerts.version + 1
"""
VARIANT_IDS = "SELECT sku, id FROM variants WHERE sku = ANY(%s)"


class PostgresStockLocations:
    """Fills `app.stock_ports.StockLocations`."""

    def __init__(self, db: Database, low_stock_threshold: int) -> None:
        self._db = db
        self._threshold = low_stock_threshold

    async def by_ids(self, ids: Sequence[str]) -> list[StockLocation | None]:
        async with self._db.reading() as connection:
            rows = await connection.execute(BY_IDS, [list(set(ids))])
            found = {row["id"]: StockLocation(**row) async for row in rows}
        return [found.get(each) for each in ids]

    async def after(self, priority: int, location_id: str, limit: int, *, active: bool | None) -> list[StockLocation]:
        """In the order they are served, after this one."""
        asked = {"priority": priority, "id": location_id, "limit": limit, "active": active}
        async with self._db.reading() as connection:
            return [StockLocation(**row) async for row in await connection.execute(PAGE, asked)]

    async def save(self, draft: LocationDraft) -> LocationWrite:
        """Makes or changes a location; what is so already is left alone."""

        async def work(tx: Connection) -> LocationWrite:
            row = await (await tx.execute(LOCK, [[draft.id]])).fetchone()
            if row is None:
                await tx.execute(ALONE)
                row = await (await tx.execute(LOCK, [[draft.id]])).fetchone()
            known = StockLocation(**row) if row else None
            version = known.version if known else 0
            if draft.expected_version is not None and draft.expected_version != version:
                return LocationWrite(location=known, faults=(stale(version, draft.expected_version),))
            if known is None and await _count(tx) >= MOST_LOCATIONS:
                return LocationWrite(location=None, faults=(TOO_MANY,))
            whole = draft.upon(known)
            if known is not None and whole.says(known):
                return LocationWrite(location=known)
            location = StockLocation(**await _only(await tx.execute(SAVE, [orjson.dumps([whole]).decode()])))
            await changes.record(tx, [_change_of(draft.operation, known, location)])
            return LocationWrite(location=location)

        return await self._db.retrying(work)

    async def delete(self, location_id: str, expected_version: int) -> Fault | None:
        if location_id == DEFAULT_LOCATION:
            return DEFAULT_STAYS

        async def work(tx: Connection) -> Fault | None:
            row = await (await tx.execute(FOR_GOOD, [[location_id]])).fetchone()
            if row is None:
                return UNKNOWN
            known = StockLocation(**row)
            if known.version != expected_version:
                return stale(known.version, expected_version)
            # Whoever puts stock there waits for this transaction, or this one has waited for them.
            if (await _only(await tx.execute(HELD, [location_id])))["held"]:
                return IN_THE_BOOKS
            await tx.execute(DELETE, [location_id])
            gone = Change(
                kind=EntityKind.LOCATION, id=known.id, version=known.version + 1, operation="stockLocationDelete",
                before=known.told, after={},
            )  # fmt: skip
            await changes.record(tx, [gone])
            return None

        return await self._db.retrying(work)

    async def settled(self) -> bool:
        async with self._db.reading() as connection:
            row = await (await connection.execute(ALL_SETTLED)).fetchone()
        return bool(row and row["settled"])

    async def settle(self, done: Stretch | None, limit: int) -> Stretch | None:
        """Opens or closes the next stretch of a location's stock, by SKU; None when nothing is left to do."""

        async def work(tx: Connection) -> Stretch | None:
            place = await (await tx.execute(UNSETTLED)).fetchone()
            if place is None:
                return None
            goes_on = done is not None and (done.location, done.version) == (place["id"], place["version"])
            begin = done.sku if done is not None and goes_on else ""
            rows = await tx.execute(STRETCH, [place["id"], begin, place["active"], limit])
            skus = [row["sku"] async for row in rows]
            if skus:
                await self._follow(tx, place, skus)
            if len(skus) < limit:
                await tx.execute(SETTLED, [place["id"]])
            last = skus[-1] if skus else begin
            return Stretch(location=place["id"], version=place["version"], sku=last)

        return await self._db.retrying(work)

    async def _follow(self, tx: Connection, place: DictRow, skus: Sequence[str]) -> None:
        await tx.execute(sql.LOCK_STOCK, [skus])
        asked = {"active": place["active"], "location": place["id"], "skus": skus}
        changes = {row["sku"]: row["change"] async for row in await tx.execute(FOLLOW, asked)}
        free = await (await tx.execute(sql.FREE, [skus])).fetchall()
        await announce(tx, free, changes, self._threshold)

    async def set_thresholds(self, thresholds: Sequence[Threshold]) -> list[ThresholdWrite]:
        """One that is low by its new threshold and was not by the old one has run low."""

        async def work(tx: Connection) -> list[ThresholdWrite]:
            skus = sorted({each.sku for each in thresholds})
            await tx.execute(sql.LOCK_STOCK, [skus])
            free = {row["sku"]: row async for row in await tx.execute(sql.FREE, [skus])}
            faults = [
                fault_of_threshold(
                    each, free[each.sku]["version"] if each.sku in free else None, ("thresholds", str(number))
                )
                for number, each in enumerate(thresholds)
            ]
            wanted = {each.sku: each.units for each, fault in zip(thresholds, faults, strict=True) if fault is None}
            rows = ({"sku": sku, "threshold": units} for sku, units in wanted.items())
            await tx.execute(THRESHOLDS, [document(rows)])
            ids = {row["sku"]: row["id"] async for row in await tx.execute(VARIANT_IDS, [list(wanted)])}
            await changes.record(tx, [_threshold_change(free[sku], units) for sku, units in wanted.items()])
            await tell(tx, [news for sku, units in wanted.items() for news in self._news(free[sku], units)])
            items = {sku: self._item(free[sku], ids[sku], units) for sku, units in wanted.items()}
            return [
                ThresholdWrite(item=items[each.sku] if fault is None else None, fault=fault)
                for each, fault in zip(thresholds, faults, strict=True)
            ]

        return await self._db.retrying(work)

    def _item(self, row: DictRow, variant_id: str, units: int | None) -> LowStock:
        return LowStock(
            sku=row["sku"], variant_id=variant_id, available=row["available"], threshold=self._units(units),
            version=row["version"] + 1,
        )  # fmt: skip

    def _news(self, row: DictRow, units: int | None) -> tuple[StockNews, ...]:
        before, after = self._units(row["threshold"]), self._units(units)
        return news_of_threshold(row["sku"], row["available"], before, after)

    def _units(self, threshold: int | None) -> int:
        return self._threshold if threshold is None else threshold


async def save_all(tx: Connection, drafts: Sequence[LocationDraft]) -> list[LocationWrite | None]:
    """As a part of the caller's transaction; None for what is so already."""
    await tx.execute(ALONE)
    rows = await tx.execute(LOCK, [[each.id for each in drafts]])
    known = {row["id"]: StockLocation(**row) async for row in rows}
    room = MOST_LOCATIONS - await _count(tx)
    fresh = [each.id for each in drafts if each.id not in known]
    refused = set(fresh[max(room, 0) :])
    whole = [each.upon(known.get(each.id)) for each in drafts if each.id not in refused]
    changing = [each for each in whole if each.id not in known or not each.says(known[each.id])]
    saved: dict[str, StockLocation] = {}
    if changing:
        found = await tx.execute(SAVE, [orjson.dumps(changing).decode()])
        saved = {row["id"]: StockLocation(**row) async for row in found}
        made = [_change_of(each.operation, known.get(each.id), saved[each.id]) for each in changing]
        await changes.record(tx, made)
    return [
        LocationWrite(location=None, faults=(TOO_MANY,))
        if each.id in refused
        else LocationWrite(location=saved[each.id])
        if each.id in saved
        else None
        for each in drafts
    ]


def _change_of(operation: str, known: StockLocation | None, saved: StockLocation) -> Change:
    return Change(
        kind=EntityKind.LOCATION, id=saved.id, version=saved.version, operation=operation,
        before=known.told if known else {}, after=saved.told,
    )  # fmt: skip


def _threshold_change(row: DictRow, after: int | None) -> Change:
    return Change(
        kind=EntityKind.STOCK, id=row["sku"], version=row["version"] + 1, operation="lowStockThresholdsSet",
        before={"lowStockThreshold": row["threshold"]}, after={"lowStockThreshold": after},
    )  # fmt: skip


async def _count(tx: Connection) -> int:
    return (await _only(await tx.execute(COUNT)))["locations"]


async def _only(cursor: Any) -> DictRow:
    (row,) = await cursor.fetchall()
    return row
