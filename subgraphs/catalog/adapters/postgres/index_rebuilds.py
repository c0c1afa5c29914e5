"""How far rebuilds of the search index came."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from chassis.database import Database
from subgraphs.catalog.domain.index_document import IndexDocument

REBUILD_LOCK = 0x656D7078
"""Of pg_try_advisory_lock: one rebuild in the whole database."""
UNFINISHED = """
SELECT index_name, copied_to FROM index_rebuilds WHERE digest = %s AND finished_at IS NULL
ORDER BY started_at DESC LIMIT 1
"""
BEGAN = "INSERT INTO index_rebuilds (index_name, digest) VALUES (%s, %s)"
REACHED = "UPDATE index_rebuilds SET copied_to = %s WHERE index_name = %s"
PLANNED = """
SELECT EXISTS (SELECT FROM jobs WHERE kind = 'SEARCH_INDEX_REBUILD' AND state IN ('QUEUED', 'RUNNING')) AS planned
"""
MADE_HERE = "SELECT index_name FROM index_rebuilds WHERE index_name = ANY(%s)"
FINISHED = "UPDATE index_rebuilds SET finished_at = now() WHERE index_name = %s"
# A product whose event never came is known from now on; the others are settled by the indexer.
CAUGHT_UP = """
INSERT INTO index_entries (product_id, wanted_version, indexed_version)
SELECT copied.id, copied.version, copied.version FROM unnest(%s::text[], %s::bigint[]) AS copied (id, version)
ORDER BY copied.id
ON CONFLICT DO NOTHING
"""


class PostgresIndexRebuilds:
    """Fills `app.index_ports.IndexRebuilds`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[bool]:
        async with self._db.reading() as connection:
            row = await (await connection.execute("SELECT pg_try_advisory_lock(%s) AS mine", [REBUILD_LOCK])).fetchone()
            mine = bool(row and row["mine"])
            try:
                yield mine
            finally:
                if mine:
                    await connection.execute("SELECT pg_advisory_unlock(%s)", [REBUILD_LOCK])

    async def unfinished(self, digest: str) -> tuple[str, str] | None:
        async with self._db.reading() as connection:
            row = await (await connection.execute(UNFINISHED, [digest])).fetchone()
        return (row["index_name"], row["copied_to"]) if row else None

    async def planned(self) -> bool:
        async with self._db.reading() as connection:
            row = await (await connection.execute(PLANNED)).fetchone()
        return bool(row and row["planned"])

    async def began(self, name: str, digest: str) -> None:
        async with self._db.reading() as connection:
            await connection.execute(BEGAN, [name, digest])

    async def reached(self, name: str, documents: Sequence[IndexDocument]) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(REACHED, [documents[-1].id, name])
            await tx.execute(CAUGHT_UP, [[each.id for each in documents], [each.version for each in documents]])

    async def made_here(self, names: Sequence[str]) -> set[str]:
        """Those of the indices that were filled from this database."""
        async with self._db.reading() as connection:
            return {row["index_name"] async for row in await connection.execute(MADE_HERE, [list(names)])}

    async def finished(self, name: str) -> None:
        async with self._db.reading() as connection:
            await connection.execute(FINISHED, [name])
