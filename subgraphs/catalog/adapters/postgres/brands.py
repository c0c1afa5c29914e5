"""Brands: made with the first product that names them."""

from collections.abc import Collection, Sequence
from typing import LiteralString

from chassis.database import Connection, Database
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.domain.brand import Brand
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.slug import slugify, told_apart

BY_IDS = "SELECT id, name, slug, version FROM brands WHERE id = ANY(%s)"
BY_SLUGS = """
SELECT id, name, slug, version,
       ARRAY(SELECT slug FROM former_slugs
             WHERE kind = 'brand' AND entity_id = brands.id AND slug = ANY(%(slugs)s)) AS former_slugs
FROM brands
WHERE slug = ANY(%(slugs)s)
   OR id = ANY(ARRAY(SELECT entity_id FROM former_slugs WHERE kind = 'brand' AND slug = ANY(%(slugs)s)))
"""
PAGE = """
SELECT id, name, slug, version FROM brands
WHERE name > %s AND EXISTS (
    SELECT FROM products AS product JOIN publications AS publication ON publication.product_id = product.id
    WHERE product.brand = brands.name)
ORDER BY name LIMIT %s
"""


async def ensure(tx: Connection, names: Collection[str]) -> None:
    """Makes the brands that are missing."""
    if not names:
        return
    missing = await _missing(tx, names)
    if missing:
        await _insert(tx, missing, [slugify(name) or told_apart("", name) for name in missing])
        homonyms = await _missing(tx, missing)
        if homonyms:
            # Another brand reads the same as an address: "A&B" and "A B".
            await _insert(tx, homonyms, [told_apart(slugify(name), name) for name in homonyms])


async def _missing(tx: Connection, names: Collection[str]) -> list[str]:
    known = {row["name"] async for row in await tx.execute(sql.KNOWN_BRANDS, [list(names)])}
    return sorted(set(names) - known)


async def _insert(tx: Connection, names: list[str], slugs: list[str]) -> None:
    rows = await (await tx.execute(sql.BRANDS, [[new_id("brd") for _ in names], names, slugs])).fetchall()
    made = [
        Change(
            kind=EntityKind.BRAND,
            id=row["id"],
            version=row["version"],
            operation="brand of a product",
            after={"name": row["name"], "slug": row["slug"]},
        )
        for row in rows
    ]
    await changes.record(tx, made)


class PostgresBrands:
    """Fills `app.product_ports.Brands`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def by_ids(self, ids: Sequence[str]) -> list[Brand | None]:
        found = {each.id: each for each in await self._read(BY_IDS, [list(ids)])}
        return [found.get(each) for each in ids]

    async def by_slugs(self, slugs: Sequence[str]) -> list[Brand | None]:
        """By the slug of now or a former one."""
        found: dict[str, Brand] = {}
        async with self._db.reading() as connection:
            rows = await (await connection.execute(BY_SLUGS, {"slugs": list(slugs)})).fetchall()
        for row in rows:
            found |= dict.fromkeys(row.pop("former_slugs"), Brand(**row))
        found |= {row["slug"]: Brand(**row) for row in rows}
        return [found.get(each) for each in slugs]

    async def page(self, after: str, limit: int) -> list[Brand]:
        """Those with a product in any shop, by name."""
        return await self._read(PAGE, [after, limit])

    async def _read(self, statement: LiteralString, asked: Sequence[object]) -> list[Brand]:
        async with self._db.reading() as connection:
            return [Brand(**row) async for row in await connection.execute(statement, asked)]
