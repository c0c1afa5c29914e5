"""The category tree."""

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString

from emporium.events.v1 import events_pb2 as events

from chassis import outbox
from chassis.database import Connection, Database
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.rows import category_from
from subgraphs.catalog.adapters.postgres.translated import texts_of
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Category, Shop
from subgraphs.catalog.domain.slug import category_slug, told_apart

TOPIC = "emporium.catalog.events.v1"
COUNTS_LIVE_SECONDS = 5.0
"""How old `product_count` may be: counting a whole catalogue for each look-up would cost more than it tells."""
COUNTING_PAUSES, COUNTS_LIVE_AT_MOST_SECONDS = 50, 60.0
"""A great catalogue is counted more rarely: the pause is so many times as long as the counting took, and never longer
than that."""

COLUMNS = """
SELECT id, name, slug, parent_id, ancestor_ids, version, description, image::text, seo_title, seo_description,
       CASE WHEN %(locales)s::text[] = '{}' THEN path ELSE ARRAY(
           SELECT coalesce((SELECT fields ->> 'name' FROM translations
                            WHERE kind = 'category' AND entity_id = ancestor AND locale = ANY(%(locales)s::text[])
                              AND fields ? 'name'
                            ORDER BY array_position(%(locales)s::text[], locale) LIMIT 1), path[place])
           FROM unnest(ancestor_ids) WITH ORDINALITY AS way (ancestor, place) ORDER BY place) END AS path,
""" + texts_of("category", "categories.id")  # noqa: S608
CATEGORY = COLUMNS + " FROM categories "
BY_IDS = CATEGORY + "WHERE id = ANY(%(keys)s)"
BY_SLUGS = (
    COLUMNS  # noqa: S608
    + """,
       ARRAY(SELECT slug FROM former_slugs
             WHERE kind = 'category' AND entity_id = id AND slug = ANY(%(keys)s)) AS former_slugs
FROM categories WHERE slug = ANY(%(keys)s) OR id = ANY(ARRAY(
    SELECT entity_id FROM former_slugs WHERE kind = 'category' AND slug = ANY(%(keys)s)))
"""
)
CHILDREN = CATEGORY + "WHERE coalesce(parent_id, '') = ANY(%(keys)s) ORDER BY position, name, id"
BY_PATHS = CATEGORY + "WHERE path IN (SELECT string_to_array(wanted, chr(31)) FROM unnest(%(keys)s::text[]) AS wanted)"  # noqa: S608
COUNTS = """
SELECT ancestor AS id, sum(counted.products)::int AS products
FROM (
    SELECT product.category_id, count(*) AS products FROM products AS product
    JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %s
    GROUP BY product.category_id
) AS counted
JOIN categories ON categories.id = counted.category_id
CROSS JOIN LATERAL unnest(categories.ancestor_ids) AS ancestor
GROUP BY ancestor
"""
INSERT = """
INSERT INTO categories (id, parent_id, name, slug, path, ancestor_ids)
SELECT made.id, made.parent_id, made.name, made.slug, string_to_array(made.path, chr(31)),
       string_to_array(made.ancestors, chr(31))
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS made (id, parent_id, name, slug, path, ancestors)
ORDER BY made.path
ON CONFLICT DO NOTHING
RETURNING id, version, path, slug
"""
SEPARATOR = "\x1f"
TREE_LOCK = 0x656D7074
"""Of the advisory locks on the tree's shape: importers share it, whoever moves, renames or removes has it alone."""
KEEP_TREE = "SELECT pg_advisory_xact_lock_shared(%s)"

Path = tuple[str, ...]


class PostgresCategories:
    """Fills `app.ports.Categories`."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel
        self._counts: dict[str, _Counts] = {}
        """By channel."""

    async def by_ids(
        self, ids: Sequence[str], shop: Shop | None = None, *, counted: bool = True
    ) -> list[Category | None]:
        found = {each.id: each for each in await self._read(BY_IDS, ids, shop, counted=counted)}
        return [found.get(each) for each in ids]

    async def by_slugs(self, slugs: Sequence[str], shop: Shop) -> list[Category | None]:
        """By the slug of now or a former one."""
        found: dict[str, Category] = {}
        for category, former in await self._read_former(slugs, shop):
            found |= dict.fromkeys(former, category)
            found[category.slug] = category
        return [found.get(each) for each in slugs]

    async def children_of(self, parent_ids: Sequence[str], shop: Shop) -> list[list[Category]]:
        """Children as arranged, others behind them by name; the empty id asks the roots."""
        lists: dict[str, list[Category]] = {each: [] for each in parent_ids}
        for category in await self._read(CHILDREN, parent_ids, shop):
            lists[category.parent_id or ""].append(category)
        return [lists[each] for each in parent_ids]

    async def upsert(self, paths: Sequence[Path]) -> list[Category]:
        """Makes what is missing, parents first; the categories in order of the paths."""
        async with self._db.transaction() as tx:
            await keep_tree(tx)
            ids = await ensure(tx, paths)
        found = {each.id: each for each in await self._read(BY_IDS, list(ids.values()), None)}
        return [found[ids[path]] for path in paths]

    async def _read_former(self, slugs: Sequence[str], shop: Shop) -> list[tuple[Category, list[str]]]:
        """Each with those of the slugs that lead on to it."""
        counts = await self._product_counts(shop.channel)
        async with self._db.reading() as connection:
            rows = await connection.execute(BY_SLUGS, {"keys": list(set(slugs)), "locales": list(shop.locales)})
            return [(category_from(row, counts.get(row["id"], 0)), row["former_slugs"]) async for row in rows]

    async def _read(
        self, statement: LiteralString, keys: Sequence[str], shop: Shop | None, *, counted: bool = True
    ) -> list[Category]:
        counts = await self._product_counts(shop.channel if shop else self._channel) if counted else {}
        async with self._db.reading() as connection:
            locales = list(shop.locales) if shop else []
            rows = await connection.execute(statement, {"keys": list(set(keys)), "locales": locales})
            return [category_from(row, counts.get(row["id"], 0)) async for row in rows]

    async def _product_counts(self, channel: str) -> dict[str, int]:
        known = self._counts.setdefault(channel, _Counts())
        if time.monotonic() >= known.old_at and (known.products is None or not known.counting.locked()):
            async with known.counting:
                # Whoever waited for the first count finds it made.
                if time.monotonic() >= known.old_at:
                    await self._count(channel, known)
        return known.products or {}

    async def _count(self, channel: str, known: "_Counts") -> None:
        started = time.monotonic()
        async with self._db.reading() as connection:
            rows = await connection.execute(COUNTS, [channel])
            known.products = {row["id"]: row["products"] async for row in rows}
        counted = time.monotonic()
        rarely = min(COUNTING_PAUSES * (counted - started), COUNTS_LIVE_AT_MOST_SECONDS)
        known.old_at = counted + max(rarely, COUNTS_LIVE_SECONDS)


@dataclass
class _Counts:
    """Of one channel."""

    products: dict[str, int] | None = None
    """By category; None before they are counted at first."""
    old_at: float = float("-inf")
    counting: asyncio.Lock = field(default_factory=asyncio.Lock)


async def keep_tree(tx: Connection) -> None:
    """The tree keeps its shape until the transaction ends: what is written into it is not overtaken by a move."""
    await tx.execute(KEEP_TREE, [TREE_LOCK])


async def ensure(tx: Connection, paths: Collection[Path]) -> dict[Path, str]:
    """The id of each path and of its ancestors; missing ones are made and announced. Call `keep_tree` before."""
    wanted = {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
    if not wanted:
        return {}
    ids = await _ids(tx, wanted)
    missing = sorted(wanted - ids.keys())
    if missing:
        # Parents first: whoever loses a race for a path reads the winner's id and hangs the children there.
        made = {path: ids.get(path) or new_id("cat") for path in sorted(wanted)}
        for depth in range(1, max(len(path) for path in missing) + 1):
            level = [path for path in missing if len(path) == depth]
            if level:
                await _insert_level(tx, level, made)
        ids = {path: made[path] for path in wanted}
    return ids


async def _insert_level(tx: Connection, level: Sequence[Path], made: dict[Path, str]) -> None:
    await _insert(tx, level, made, [category_slug(path) for path in level])
    found = await _ids(tx, level)
    homonyms = [path for path in level if path not in found]
    if homonyms:
        # Another path reads the same as an address: ("A&B",) and ("A", "B").
        await _insert(tx, homonyms, made, [told_apart(category_slug(path), SEPARATOR.join(path)) for path in homonyms])
        found |= await _ids(tx, homonyms)
    made.update(found)


async def _ids(tx: Connection, paths: Collection[Path]) -> dict[Path, str]:
    asked = {"keys": [SEPARATOR.join(path) for path in paths], "locales": list[str]()}
    rows = await tx.execute(BY_PATHS, asked)
    return {tuple(row["path"]): row["id"] async for row in rows}


async def _insert(tx: Connection, level: Sequence[Path], ids: dict[Path, str], slugs: list[str]) -> None:
    columns: list[list[Any]] = [
        [ids[path] for path in level],
        [ids[path[:-1]] if len(path) > 1 else None for path in level],
        [path[-1] for path in level],
        slugs,
        [SEPARATOR.join(path) for path in level],
        [SEPARATOR.join(ids[path[:depth]] for depth in range(1, len(path) + 1)) for path in level],
    ]
    rows = await (await tx.execute(INSERT, columns)).fetchall()
    await changes.record(
        tx,
        [
            Change(
                kind=EntityKind.CATEGORY,
                id=row["id"],
                version=row["version"],
                operation="category of a product",
                after={"path": row["path"], "slug": row["slug"]},
            )
            for row in rows
        ],
    )
    await outbox.append(
        tx,
        [
            outbox.Event(
                topic=TOPIC,
                aggregate_id=row["id"],
                sequence=row["version"],
                message=events.CategoryChanged(category_id=row["id"], version=row["version"]),
            )
            for row in rows
        ],
    )
