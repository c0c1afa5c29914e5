"""Where products are published, now and by plan."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import LiteralString

from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, announce
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.publication import Publication, Publishing

# Locked in one order: two writers of the same products wait for each other instead of dying.
KNOWN = """
SELECT product.id, product.version,
       ARRAY(SELECT channel FROM publications WHERE product_id = product.id ORDER BY channel) AS channels
FROM products AS product WHERE product.id = ANY(%s) AND product.archived_at IS NULL
ORDER BY product.id FOR UPDATE OF product
"""
SHOW = """
INSERT INTO publications (product_id, channel)
SELECT id, channel FROM unnest(%s::text[], %s::text[]) AS shown (id, channel)
ON CONFLICT DO NOTHING RETURNING product_id
"""
HIDE = """
DELETE FROM publications AS publication USING unnest(%s::text[], %s::text[]) AS hidden (id, channel)
WHERE publication.product_id = hidden.id AND publication.channel = hidden.channel RETURNING publication.product_id
"""
TOUCH = """
UPDATE products SET version = version + 1, updated_at = now() WHERE id = ANY(%s)
RETURNING id, version, ARRAY(SELECT channel FROM publications WHERE product_id = id ORDER BY channel) AS channels
"""
FORGET_PLANS = """
DELETE FROM planned_publications AS plan USING unnest(%s::text[], %s::text[]) AS ended (id, channel)
WHERE plan.product_id = ended.id AND plan.channel = ended.channel
RETURNING plan.product_id, plan.channel, plan.publish_at, plan.publish_until
"""
PLAN = """
INSERT INTO planned_publications (product_id, channel, publish_at, publish_until)
SELECT * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[])
"""
NEXT = """
SELECT extract(epoch FROM min(least(publish_at, publish_until)) - now())::float8 AS seconds FROM planned_publications
"""
# What is due of both was missed while nobody was there: the later one counts.
DUE = """
DELETE FROM planned_publications WHERE (product_id, channel) IN (
    SELECT product_id, channel FROM planned_publications WHERE least(publish_at, publish_until) <= now()
    ORDER BY product_id, channel LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING product_id, channel, publish_at, publish_until, coalesce(publish_until > now(), true) AS shown
"""
PLANS = "SELECT product_id, channel, publish_at, publish_until FROM planned_publications WHERE product_id = ANY(%s)"
NO_PLAN: list[list[object]] = [[], [], [], []]
LISTED = """
SELECT product_id, channel, shown.published_at, planned.publish_at, planned.publish_until
FROM (SELECT * FROM publications WHERE product_id = ANY(%(ids)s)) AS shown
FULL JOIN (SELECT * FROM planned_publications WHERE product_id = ANY(%(ids)s)) AS planned USING (product_id, channel)
ORDER BY 1, 2
"""

Place = tuple[str, str]
"""A product's id, and a channel."""
Times = tuple[datetime | None, datetime | None]


class PostgresPublications:
    """Fills `app.ports.Publications`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def publish(
        self, ids: Sequence[str], channels: Sequence[str], publishing: Publishing, expected: Mapping[str, int]
    ) -> dict[str, int]:
        """What is so already stays untouched; unknown ids and stale versions are left out. An earlier plan ends."""

        async def work(tx: Connection) -> dict[str, int]:
            locked = await _locked(tx, ids)
            known = {
                row["id"]: row["channels"]
                for row in locked
                if row["version"] == expected.get(row["id"], row["version"])
            }
            pairs = [(each, channel) for each in known for channel in channels]
            places = [[each for each, _ in pairs], [channel for _, channel in pairs]]
            ended = await (await tx.execute(FORGET_PLANS, places)).fetchall()
            before = {(row["product_id"], row["channel"]): (row["publish_at"], row["publish_until"]) for row in ended}
            after = dict.fromkeys(pairs, publishing.plan) if publishing.plan else {}
            if publishing.plan is not None:
                await tx.execute(PLAN, [*places, *([moment] * len(pairs) for moment in publishing.plan)])
            statement: LiteralString = SHOW if publishing.shown else HIDE
            await _change(tx, statement, places, known, "productPublish", _Plans(before, after))
            return {row["id"]: row["version"] for row in locked}

        return await self._db.retrying(work)

    async def due_in(self) -> float | None:
        async with self._db.reading() as connection:
            row = await (await connection.execute(NEXT)).fetchone()
        return row["seconds"] if row else None

    async def follow_plans(self, limit: int) -> int:
        """Shows and hides what is due; returns how many publications were looked at."""

        async def work(tx: Connection) -> int:
            due = await (await tx.execute(DUE, [limit])).fetchall()
            known = {row["id"]: row["channels"] for row in await _locked(tx, {row["product_id"] for row in due})}
            ways: list[tuple[bool, LiteralString]] = [(True, SHOW), (False, HIDE)]
            for shown, statement in ways:
                mine = [row for row in due if row["shown"] is shown and row["product_id"] in known]
                places = [[row["product_id"] for row in mine], [row["channel"] for row in mine]]
                await _change(tx, statement, places, known, "publication plan", _Plans())
                if shown:
                    await _plan_ends(tx, [row for row in mine if row["publish_until"]])
            return len(due)

        return await self._db.retrying(work)

    async def of(self, ids: Sequence[str]) -> list[list[Publication]]:
        lists: dict[str, list[Publication]] = {each: [] for each in ids}
        async with self._db.reading() as connection:
            async for row in await connection.execute(LISTED, {"ids": list(lists)}):
                lists[row.pop("product_id")].append(Publication(**row))
        return [lists[each] for each in ids]


async def take_over(
    tx: Connection, wanted: Mapping[str, Mapping[str, Times]], default: str, operation: str
) -> set[str]:
    """Where products are published, by id and channel, instead of everywhere they are now; those in the default channel
    stay where it is not named. The ids of those that are published elsewhere, or at other times, by it."""
    known = {row["id"]: row["channels"] for row in await _locked(tx, wanted)}
    plans = {
        (row["product_id"], row["channel"]): (row["publish_at"], row["publish_until"])
        async for row in await tx.execute(PLANS, [list(known)])
    }
    moment = datetime.now(UTC)
    shown, hidden, planned = list[Place](), list[Place](), dict[Place, Times | None]()
    for product_id, channels in known.items():
        asked = wanted[product_id]
        there = {*channels, *(channel for each, channel in plans if each == product_id)} - {default}
        for channel in sorted({*asked, *there}):
            at, until = asked.get(channel, (None, None))
            publishing = Publishing(published=channel in asked, at=at, until=until, now=moment)
            place = (product_id, channel)
            if publishing.shown != (channel in channels):
                (shown if publishing.shown else hidden).append(place)
            if publishing.plan != plans.get(place):
                planned[place] = publishing.plan
    await tx.execute(FORGET_PLANS, _columns(planned))
    coming = {place: times for place, times in planned.items() if times is not None}
    await tx.execute(PLAN, [*_columns(coming), *map(list, zip(*coming.values(), strict=True))] if coming else NO_PLAN)
    before = {place: plans[place] for place in planned if place in plans}
    await _change(tx, SHOW, _columns(shown), known, operation, _Plans(before, coming))
    await _change(tx, HIDE, _columns(hidden), known, operation, _Plans())
    return {product_id for product_id, _ in (*shown, *hidden, *planned)}


def _columns(places: Collection[Place]) -> list[list[str]]:
    return [[each for each, _ in places], [channel for _, channel in places]]


@dataclass(frozen=True)
class _Plans:
    """By product and channel, those of some channels."""

    before: Mapping[Place, Times] = field(default_factory=dict[Place, Times])
    after: Mapping[Place, Times] = field(default_factory=dict[Place, Times])

    def changed(self) -> set[str]:
        """The products."""
        places = {*self.before, *self.after}
        return {place[0] for place in places if self.before.get(place) != self.after.get(place)}

    def told(self, product_id: str) -> tuple[dict[str, object], dict[str, object]]:
        """For the record, before and after."""
        return _told(self.before, product_id), _told(self.after, product_id)


def _told(plans: Mapping[Place, Times], product_id: str) -> dict[str, object]:
    return {
        f"plan.{channel}": {"publishAt": begin, "publishUntil": end}
        for (each, channel), (begin, end) in plans.items()
        if each == product_id
    }


async def _locked(tx: Connection, ids: Collection[str]) -> list[DictRow]:
    """The products that there are, with their channels."""
    return await (await tx.execute(KNOWN, [list(ids)])).fetchall()


async def _plan_ends(tx: Connection, shown: Sequence[DictRow]) -> None:
    ends = [[row[name] for row in shown] for name in ("product_id", "channel", "publish_until")]
    await tx.execute(PLAN, [*ends[:2], [None] * len(shown), ends[2]])


async def _change(
    tx: Connection,
    statement: LiteralString,
    asked: Sequence[object],
    known: dict[str, list[str]],
    operation: str,
    plans: _Plans,
) -> None:
    changed = {row["product_id"] async for row in await tx.execute(statement, asked)} | plans.changed()
    if not changed:
        return
    touched: list[DictRow] = await (await tx.execute(TOUCH, [sorted(changed)])).fetchall()
    await announce(
        tx, TABLES[EntityKind.PRODUCT], ((row["id"], row["version"], bool(row["channels"])) for row in touched)
    )
    made: list[Change] = []
    for row in touched:
        before, after = plans.told(row["id"])
        made.append(
            Change(
                kind=EntityKind.PUBLICATION,
                id=row["id"],
                version=row["version"],
                operation=operation,
                before={"channels": known[row["id"]], **before},
                after={"channels": row["channels"], **after},
            )
        )
    await changes.record(tx, made)
