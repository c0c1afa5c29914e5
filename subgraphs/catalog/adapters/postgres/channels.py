"""Where goods are sold."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.domain.product import Fault, WriteResult
from subgraphs.catalog.domain.texts import stale

ALL = "SELECT slug, name, currencies, default_locale, locales, version FROM channels ORDER BY slug"
LOCKED = """
SELECT slug, name, currencies, default_locale, locales, version FROM channels WHERE slug = ANY(%s)
ORDER BY slug FOR UPDATE
"""
# A new locale, or one less, is for the index to follow: each product published here is written to it again.
WRITE = """
INSERT INTO channels AS channel (slug, name, currencies, default_locale, locales)
SELECT slug, name, currencies, default_locale, locales
FROM jsonb_to_recordset(%s::jsonb)
     AS row (slug text, name text, currencies text[], default_locale text, locales text[]) ORDER BY slug
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, currencies = excluded.currencies,
    default_locale = excluded.default_locale, locales = excluded.locales, version = channel.version + 1
RETURNING slug, name, currencies, default_locale, locales, version
"""
IN_IT = """
SELECT EXISTS (SELECT FROM publications WHERE channel = %(slug)s)
       OR EXISTS (SELECT FROM planned_publications WHERE channel = %(slug)s) AS publications,
       EXISTS (SELECT FROM prices WHERE channel = %(slug)s) AS prices,
       EXISTS (SELECT FROM collections WHERE %(slug)s = ANY (channels)) AS collections
"""
DELETE = "DELETE FROM channels WHERE slug = %s"
FORGET_QUERIES = "DELETE FROM learnt_queries WHERE channel = %s"
TOUCHED = "INSERT INTO touched_products (product_id) SELECT product_id FROM publications WHERE channel = ANY(%s)"


class PostgresChannels:
    """Fills `app.ports.Channels`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[Channel]:
        async with self._db.reading() as connection:
            return [_channel(row) async for row in await connection.execute(ALL)]

    async def upsert(self, channel: Channel, expected_version: int | None) -> Channel | Fault:
        async def work(tx: Connection) -> Channel | Fault:
            before = {row["slug"]: _channel(row) async for row in await tx.execute(LOCKED, [[channel.slug]])}
            version = before[channel.slug].version if channel.slug in before else 0
            if expected_version is not None and expected_version != version:
                return stale(f"the channel {channel.slug}", version, expected_version, ())
            after = await _write(tx, [channel], before, "channelUpsert")
            return after.get(channel.slug, before.get(channel.slug, channel))

        return await self._db.retrying(work)

    async def delete(self, slug: str, expected_version: int) -> Fault | None:
        async def work(tx: Connection) -> Fault | None:
            row = await (await tx.execute(LOCKED, [[slug]])).fetchone()
            if row is None:
                return Fault(code="NOT_FOUND", field=("slug",), message="no such channel; `channels` lists them")
            channel = _channel(row)
            if channel.version != expected_version:
                return stale(f"the channel {slug}", channel.version, expected_version, ())
            held = await (await tx.execute(IN_IT, {"slug": slug})).fetchone() or {}
            if any(held.values()):
                what = ", ".join(name for name, there in held.items() if there)
                return Fault(code="NOT_EMPTY", field=("slug",), message=f"{slug} has {what}; take them out of it first")
            await tx.execute(DELETE, [slug])
            await tx.execute(FORGET_QUERIES, [slug])
            gone = Change(
                kind=EntityKind.CHANNEL, id=slug, version=channel.version + 1, operation="channelDelete",
                before=_told(channel), after={},
            )  # fmt: skip
            await changes.record(tx, [gone])
            return None

        return await self._db.retrying(work)


async def write_channels(tx: Connection, channels: Sequence[Channel], operation: str) -> list[WriteResult]:
    """As a part of the caller's transaction; an outcome each."""
    slugs = [each.slug for each in channels]
    before = {row["slug"]: _channel(row) async for row in await tx.execute(LOCKED, [slugs])}
    after = await _write(tx, channels, before, operation)
    return [
        WriteResult.UNCHANGED if slug not in after else WriteResult.UPDATED if slug in before else WriteResult.CREATED
        for slug in slugs
    ]


async def _write(
    tx: Connection, channels: Sequence[Channel], before: Mapping[str, Channel], operation: str
) -> dict[str, Channel]:
    """Those that are others by it."""
    told = {slug: _told(each) for slug, each in before.items()}
    changing = [each for each in channels if told.get(each.slug) != _told(each)]
    if not changing:
        return {}
    rows = await (await tx.execute(WRITE, [orjson.dumps(changing).decode()])).fetchall()
    after = {row["slug"]: _channel(row) for row in rows}
    spoken = [slug for slug in after if slug in before and set(before[slug].locales) != set(after[slug].locales)]
    if spoken:
        await tx.execute(TOUCHED, [spoken])
    made = [
        Change(
            kind=EntityKind.CHANNEL, id=slug, version=each.version, operation=operation, before=told.get(slug, {}),
            after=_told(each),
        )
        for slug, each in after.items()
    ]  # fmt: skip
    await changes.record(tx, made)
    return after


def _channel(row: DictRow) -> Channel:
    values: dict[str, Any] = {**row, "currencies": tuple(row["currencies"]), "locales": tuple(row["locales"])}
    return Channel(**values)


def _told(channel: Channel) -> dict[str, Any]:
    """By the graph's names."""
    return {
        "name": channel.name,
        "currencyCodes": list(channel.currencies),
        "defaultLocale": channel.default_locale,
        "locales": list(channel.locales),
    }
