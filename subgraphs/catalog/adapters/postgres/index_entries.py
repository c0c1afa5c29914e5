"""What the search index lags behind on."""

from collections.abc import AsyncIterator, Mapping, Sequence

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.app.index_ports import IndexLag

CHANNEL = "catalog_index"
POLL_SECONDS = 1.0

# `changed_at` is that of the oldest change that waits: more of them do not make it look younger.
NOTE = """
INSERT INTO index_entries AS entry (product_id, wanted_version, changed_at)
SELECT noted.id, noted.version, product.updated_at FROM unnest(%s::text[], %s::bigint[]) AS noted (id, version)
LEFT JOIN products AS product ON product.id = noted.id ORDER BY noted.id
ON CONFLICT (product_id) DO UPDATE
SET wanted_version = greatest(entry.wanted_version, excluded.wanted_version), claimed_until = NULL,
    changed_at = CASE WHEN entry.wanted_version > entry.indexed_version
                      THEN least(entry.changed_at, excluded.changed_at) ELSE excluded.changed_at END
"""
SLICE = 100_000
"""Products that one look for forgotten changes goes through: its cost is bounded, however many there are."""
SLICE_END = "SELECT max(id) AS last FROM (SELECT id FROM products WHERE id > %s ORDER BY id LIMIT %s) AS slice"
FORGOTTEN = """
INSERT INTO index_entries AS entry (product_id, wanted_version, changed_at)
SELECT product.id, product.version, product.updated_at
FROM (SELECT id, version, updated_at FROM products WHERE id > %(after)s AND id <= %(last)s) AS product
LEFT JOIN index_entries AS known ON known.product_id = product.id
WHERE product.version > coalesce(known.wanted_version, 0) AND product.updated_at < now() - interval '30 seconds'
ORDER BY product.id
ON CONFLICT (product_id) DO UPDATE SET wanted_version = greatest(entry.wanted_version, excluded.wanted_version),
    changed_at = excluded.changed_at
"""
# What the indexer notes of its own work does not wait for the disk: if it is lost, the work is done once more.
CLAIM = """
UPDATE index_entries SET claimed_until = now() + interval '60 seconds'
FROM set_config('synchronous_commit', 'off', true)
WHERE product_id IN (
    SELECT product_id FROM index_entries
    WHERE wanted_version > indexed_version AND (claimed_until IS NULL OR claimed_until < now())
    LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING product_id
"""
RELEASE = "UPDATE index_entries SET claimed_until = NULL WHERE product_id = ANY(%s)"
# A claim that somebody ended meanwhile settles nothing: the document may have been read before the change that is noted
# now, which need not have another version. By the planner's statistics `claimed_until IS NOT NULL` holds for next to no
# entry: for each that is claimed it would look through all that are to be settled.
SETTLE = """
UPDATE index_entries SET indexed_version = greatest(indexed_version, settled.version),
                         claimed_until = NULL, failure = NULL
FROM unnest(%s::text[], %s::bigint[]) AS settled (id, version), set_config('synchronous_commit', 'off', true)
WHERE product_id = settled.id AND coalesce(claimed_until, '-infinity') > '-infinity'
RETURNING extract(epoch FROM clock_timestamp() - changed_at)::float8 AS lag
"""
REDO = """
INSERT INTO index_entries AS entry (product_id, wanted_version, changed_at)
SELECT id, version, now() FROM products WHERE id = ANY(%s) ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET wanted_version = greatest(entry.wanted_version, excluded.wanted_version),
    indexed_version = 0, claimed_until = NULL, failure = NULL, changed_at = excluded.changed_at
"""
FORGET = "DELETE FROM index_entries WHERE product_id = ANY(%s)"
FAIL = """
UPDATE index_entries SET claimed_until = now() + interval '5 minutes', failure = failed.why
FROM unnest(%s::text[], %s::text[]) AS failed (id, why) WHERE product_id = failed.id
"""
# Without the products, of which there may be a million: what is on its way is in one of two short indexes.
LAG = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - least(
           (SELECT min(changed_at) FROM index_entries WHERE wanted_version > indexed_version AND failure IS NULL),
           (SELECT min(created_at) FROM outbox WHERE sent_at IS NULL AND topic = %s))), 0)::float8 AS lag,
       (SELECT count(*) FROM index_entries WHERE wanted_version > indexed_version AND failure IS NOT NULL)::int
           AS refused
"""


class PostgresIndexEntries:
    """Fills `app.index_ports.IndexEntries` and `consumers.product_changes.Noting`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def changes(self) -> AsyncIterator[str]:
        return self._db.notifications(CHANNEL, POLL_SECONDS)

    async def note(self, tx: Connection, versions: Mapping[str, int]) -> None:
        await tx.execute(NOTE, [list(versions), list(versions.values())])
        await tx.execute("SELECT pg_notify(%s, '')", [CHANNEL])

    async def note_forgotten(self, after: str) -> tuple[int, str]:
        """Changes whose event is long overdue (Kafka is down or has lost it) are noted without it, those of a slice of
        the products behind `after`: how many, and where the next slice begins, which is the first one behind the last.
        """
        async with self._db.reading() as connection:
            row = await (await connection.execute(SLICE_END, [after, SLICE])).fetchone()
            last = row["last"] if row else None
            if last is None:
                return 0, ""
            return (await connection.execute(FORGOTTEN, {"after": after, "last": last})).rowcount, last

    async def claim(self, limit: int) -> list[str]:
        async with self._db.reading() as connection:
            return [row["product_id"] async for row in await connection.execute(CLAIM, [limit])]

    async def release(self, ids: Sequence[str]) -> None:
        async with self._db.reading() as connection:
            await connection.execute(RELEASE, [list(ids)])

    async def settle(self, versions: Mapping[str, int], failures: Mapping[str, str]) -> list[float]:
        async with self._db.reading() as connection:
            rows = await (await connection.execute(SETTLE, [list(versions), list(versions.values())])).fetchall()
            if failures:
                await connection.execute(FAIL, [list(failures), list(failures.values())])
        return [max(row["lag"], 0.0) for row in rows if row["lag"] is not None]

    async def lag(self) -> IndexLag:
        async with self._db.reading() as connection:
            row = await (await connection.execute(LAG, [TOPIC])).fetchone()
        return IndexLag(seconds=max(row["lag"], 0.0), refused=row["refused"]) if row else IndexLag()

    async def forget(self, ids: Sequence[str]) -> None:
        """Of products this database does not have."""
        async with self._db.reading() as connection:
            await connection.execute(FORGET, [list(ids)])

    async def redo(self, ids: Sequence[str]) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(REDO, [list(ids)])
            await tx.execute("SELECT pg_notify(%s, '')", [CHANNEL])
