"""Where goods are sold."""

from dataclasses import replace
from typing import Any

from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.texts import stale

ALL = "SELECT slug, name, currencies, default_locale, locales, version FROM channels ORDER BY slug"
ONE = "SELECT slug, name, currencies, default_locale, locales, version FROM channels WHERE slug = %s FOR UPDATE"
# A new locale, or one less, is for the index to follow: each product published here is written to it again.
WRITE = """
INSERT INTO channels AS channel (slug, name, currencies, default_locale, locales) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, currencies = excluded.currencies,
    default_locale = excluded.default_locale, locales = excluded.locales, version = channel.version + 1
RETURNING version
"""
TOUCHED = "INSERT INTO touched_products (product_id) SELECT product_id FROM publications WHERE channel = %s"


class PostgresChannels:
    """Fills `app.ports.Channels`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> list[Channel]:
        async with self._db.reading() as connection:
            return [_channel(row) async for row in await connection.execute(ALL)]

    async def upsert(self, channel: Channel, expected_version: int | None) -> Channel | Fault:
        async def work(tx: Connection) -> Channel | Fault:
            row = await (await tx.execute(ONE, [channel.slug])).fetchone()
            before = _channel(row) if row else None
            version = before.version if before else 0
            if expected_version is not None and expected_version != version:
                return stale(f"the channel {channel.slug}", version, expected_version, ())
            if before is not None and _told(before) == _told(channel):
                return before
            await tx.execute(
                WRITE,
                [channel.slug, channel.name, list(channel.currencies), channel.default_locale, list(channel.locales)],
            )
            if before is not None and set(before.locales) != set(channel.locales):
                await tx.execute(TOUCHED, [channel.slug])
            written = replace(channel, version=version + 1)
            change = Change(
                kind=EntityKind.CHANNEL,
                id=channel.slug,
                version=written.version,
                operation="channelUpsert",
                before=_told(before) if before else {},
                after=_told(written),
            )
            await changes.record(tx, [change])
            return written

        return await self._db.retrying(work)


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
