"""Embeddings of products, kept by the digest of their text."""

from collections.abc import AsyncIterator, Mapping, Sequence

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import index_entries
from subgraphs.catalog.domain.embedding import Embedding

CHANNEL = "catalog_embeddings"
POLL_SECONDS = 5.0

FIND = "SELECT product_id, digest, vector FROM product_embeddings WHERE product_id = ANY(%s) AND vector IS NOT NULL"
# Who claimed a product computes from the text of then: another text makes it free again.
WANT = """
INSERT INTO product_embeddings AS known (product_id, wanted_digest)
SELECT wanted.id, wanted.digest FROM unnest(%s::text[], %s::bytea[]) AS wanted (id, digest) ORDER BY wanted.id
ON CONFLICT (product_id) DO UPDATE SET wanted_digest = excluded.wanted_digest,
    claimed_until = CASE WHEN known.wanted_digest = excluded.wanted_digest THEN known.claimed_until END
RETURNING product_id, digest IS NOT DISTINCT FROM wanted_digest AS kept
"""
CLAIM = """
UPDATE product_embeddings SET claimed_until = now() + interval '60 seconds'
WHERE product_id IN (
    SELECT product_id FROM product_embeddings
    WHERE digest IS DISTINCT FROM wanted_digest AND (claimed_until IS NULL OR claimed_until < now())
    LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING product_id
"""
# The text that was read may be newer than the one that was wanted.
KEEP = """
UPDATE product_embeddings SET digest = computed.digest, wanted_digest = computed.digest, vector = computed.vector,
                              claimed_until = NULL
FROM unnest(%s::text[], %s::bytea[], %s::bytea[]) AS computed (id, digest, vector) WHERE product_id = computed.id
"""
FORGET = "DELETE FROM product_embeddings WHERE product_id = ANY(%s)"


class PostgresEmbeddings:
    """Fills `app.index_ports.ProductEmbeddings`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def waiting(self) -> AsyncIterator[str]:
        return self._db.notifications(CHANNEL, POLL_SECONDS)

    async def find(self, ids: Sequence[str]) -> dict[str, Embedding]:
        async with self._db.reading() as connection:
            return {
                row["product_id"]: Embedding(digest=row["digest"], vector=row["vector"])
                async for row in await connection.execute(FIND, [list(ids)])
            }

    async def want(self, digests: Mapping[str, bytes]) -> None:
        async def work(tx: Connection) -> None:
            rows = await (await tx.execute(WANT, [list(digests), list(digests.values())])).fetchall()
            await tx.execute("SELECT pg_notify(%s, '')", [CHANNEL])
            await _index_again(tx, [row["product_id"] for row in rows if row["kept"]])

        await self._db.retrying(work)

    async def claim(self, limit: int) -> list[str]:
        async with self._db.reading() as connection:
            return [row["product_id"] async for row in await connection.execute(CLAIM, [limit])]

    async def keep(self, embeddings: Mapping[str, Embedding]) -> None:
        # In the order in which others want them, so that nobody waits for each other.
        ids = sorted(embeddings)
        digests, vectors = [embeddings[each].digest for each in ids], [embeddings[each].vector for each in ids]

        async def work(tx: Connection) -> None:
            await tx.execute(KEEP, [ids, digests, vectors])
            await _index_again(tx, ids)

        await self._db.retrying(work)

    async def forget(self, ids: Sequence[str]) -> None:
        """Of products this database does not have."""
        if not ids:
            return
        async with self._db.reading() as connection:
            await connection.execute(FORGET, [list(ids)])


async def _index_again(tx: Connection, ids: Sequence[str]) -> None:
    """In the transaction that has the embeddings: the index would miss them until the products' next change."""
    if ids:
        await tx.execute(index_entries.REDO, [list(ids)])
        await tx.execute("SELECT pg_notify(%s, '')", [index_entries.CHANNEL])
