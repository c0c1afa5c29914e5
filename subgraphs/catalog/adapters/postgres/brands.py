"""Brands: made with the first product that names them."""

from collections.abc import Collection

from chassis.database import Connection
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.domain.slug import slugify, told_apart


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
    await tx.execute(sql.BRANDS, [[new_id("brd") for _ in names], names, slugs])
