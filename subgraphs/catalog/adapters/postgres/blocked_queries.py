"""Words that staff blocked."""

from collections.abc import Sequence
from typing import Any

from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.app.sight import principal
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.learnt_query import BlockedQuery

PAGE = "SELECT text, blocked_by, blocked_at FROM blocked_queries WHERE text > %s ORDER BY text LIMIT %s"
ADD = """
INSERT INTO blocked_queries (text, blocked_by) SELECT text, %s FROM unnest(%s::text[]) AS asked (text) ORDER BY text
ON CONFLICT DO NOTHING RETURNING text
"""
COUNT = "SELECT count(*) AS blocked FROM blocked_queries"
# Few have the letters: only they are read as words.
FORGET = """
DELETE FROM learnt_queries
WHERE EXISTS (SELECT FROM unnest(%(begins)s::text[]) AS begins WHERE strpos(text, begins) > 0)
    AND EXISTS (SELECT FROM query_phrases(text) AS phrase WHERE phrase = ANY (%(texts)s::text[]))
"""
BY_TEXT = "SELECT text, blocked_by, blocked_at FROM blocked_queries WHERE text = ANY(%s) ORDER BY text"
REMOVE = "DELETE FROM blocked_queries WHERE text = ANY(%s) RETURNING text"


class _TooMany(Exception):
    """Nothing is written."""


class PostgresBlockedQueries:
    """Fills `app.query_ports.BlockedQueries`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, after: str, limit: int) -> list[BlockedQuery]:
        """By text."""
        async with self._db.reading() as connection:
            return [_blocked(row) async for row in await connection.execute(PAGE, [after, limit])]

    async def add(self, texts: Sequence[str], most: int) -> list[BlockedQuery] | None:
        """All of them, as they are now; what is learnt with their words is forgotten."""

        async def work(tx: Connection) -> list[BlockedQuery]:
            new = [row["text"] async for row in await tx.execute(ADD, [principal(), list(texts)])]
            count: Any = await (await tx.execute(COUNT)).fetchone()
            if count["blocked"] > most:
                raise _TooMany
            await tx.execute(FORGET, {"texts": new, "begins": [each.split()[0] for each in new]})
            await _record(tx, new, "blockedQueriesAdd", blocked=True)
            return [_blocked(row) async for row in await tx.execute(BY_TEXT, [list(texts)])]

        try:
            return await self._db.retrying(work)
        except _TooMany:
            return None

    async def remove(self, texts: Sequence[str]) -> list[str]:
        """Those that were blocked."""

        async def work(tx: Connection) -> list[str]:
            gone = [row["text"] async for row in await tx.execute(REMOVE, [list(texts)])]
            await _record(tx, gone, "blockedQueriesRemove", blocked=False)
            return [text for text in texts if text in gone]

        return await self._db.retrying(work)


async def _record(tx: Connection, texts: Sequence[str], operation: str, *, blocked: bool) -> None:
    said = [{"text": text} for text in texts]
    await changes.record(
        tx,
        [
            Change(
                kind=EntityKind.BLOCKED_QUERY, id=each["text"], operation=operation,
                before={} if blocked else each, after=each if blocked else {},
            )
            for each in said
        ],
    )  # fmt: skip


def _blocked(row: DictRow) -> BlockedQuery:
    return BlockedQuery(**row)
