"""What the search index lags behind on, the documents it is made of, and how far a rebuild came."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.rows import attributes_from
from subgraphs.catalog.app.ports import IndexLag, Known
from subgraphs.catalog.domain.index_document import IndexDocument, SpokenTexts
from subgraphs.catalog.domain.spoken import spoken_texts

CHANNEL = "catalog_index"
POLL_SECONDS = 1.0
REBUILD_LOCK = 0x656D7078
"""Of pg_try_advisory_lock: one rebuild in the whole database."""

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
# now, which need not have another version.
SETTLE = """
UPDATE index_entries SET indexed_version = greatest(indexed_version, settled.version),
                         claimed_until = NULL, failure = NULL
FROM unnest(%s::text[], %s::bigint[]) AS settled (id, version), set_config('synchronous_commit', 'off', true)
WHERE product_id = settled.id AND claimed_until IS NOT NULL
RETURNING extract(epoch FROM clock_timestamp() - changed_at)::float8 AS lag
"""
REDO = """
INSERT INTO index_entries AS entry (product_id, wanted_version, changed_at)
SELECT id, version, now() FROM products WHERE id = ANY(%s) ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET wanted_version = greatest(entry.wanted_version, excluded.wanted_version),
    indexed_version = 0, claimed_until = NULL, failure = NULL, changed_at = excluded.changed_at
"""
KNOWN_AFTER = """
SELECT product.id, product.version, entry.failure,
       entry.failure IS NULL AND product.version > coalesce(entry.indexed_version, 0) AS pending
FROM products AS product LEFT JOIN index_entries AS entry ON entry.product_id = product.id
WHERE product.id > %s ORDER BY product.id LIMIT %s
"""
EXISTING = "SELECT id FROM products WHERE id = ANY(%s)"
FORGET = "DELETE FROM index_entries WHERE product_id = ANY(%s)"
FAIL = """
UPDATE index_entries SET claimed_until = now() + interval '5 minutes', failure = failed.why
FROM unnest(%s::text[], %s::text[]) AS failed (id, why) WHERE product_id = failed.id
"""
DOCUMENT = """
SELECT product.id, product.version, product.external_reference, product.name, product.description, product.brand,
       product.attributes::text, product.created_at, category.path, category.ancestor_ids,
       ARRAY(SELECT channel FROM publications WHERE product_id = product.id) AS channels,
       ARRAY(SELECT sku FROM variants WHERE product_id = product.id AND active) AS skus,
       ARRAY(SELECT collection.id || coalesce('@' || channel, '') FROM collection_products AS member
             JOIN collections AS collection ON collection.id = member.collection_id AND collection.published
             LEFT JOIN LATERAL unnest(channels) AS channel ON true
             WHERE member.product_id = product.id ORDER BY 1) AS collection_ids,
       ARRAY(SELECT DISTINCT unnest(channel.locales) FROM publications AS publication JOIN channels AS channel
             ON channel.slug = publication.channel WHERE publication.product_id = product.id) AS locales,
       (SELECT jsonb_agg(jsonb_build_array(entity_id, locale, fields)) FROM translations
        WHERE kind = 'product' AND entity_id = product.id
           OR kind = 'category' AND entity_id = ANY (category.ancestor_ids))::text AS translations,
       coalesce(offer.in_stock, false) AS available, offer.prices,
       coalesce((SELECT band FROM product_popularity AS sales WHERE sales.product_id = product.id), 0) AS popularity
FROM products AS product LEFT JOIN categories AS category ON category.id = product.category_id
LEFT JOIN LATERAL (
    SELECT bool_or(in_stock) AS in_stock, jsonb_object_agg(channel || '_' || currency, lowest)::text AS prices
    FROM offers WHERE product_id = product.id
) AS offer ON true
"""
DEFINED = "SELECT key, facetable, searchable FROM attribute_definitions WHERE NOT facetable OR searchable"
BY_IDS = DOCUMENT + "WHERE product.id = ANY(%s)"
AFTER = DOCUMENT + "WHERE product.id > %s ORDER BY product.id LIMIT %s"
COUNTS = """
SELECT (SELECT count(DISTINCT product_id) FROM publications)::int AS published,
       (SELECT count(*) FROM products LEFT JOIN index_entries ON product_id = id
        WHERE version > coalesce(indexed_version, 0))::int AS pending
"""
# Without the products, of which there may be a million: what is on its way is in one of two short indexes.
LAG = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - least(
           (SELECT min(changed_at) FROM index_entries WHERE wanted_version > indexed_version AND failure IS NULL),
           (SELECT min(created_at) FROM outbox WHERE sent_at IS NULL AND topic = %s))), 0)::float8 AS lag,
       (SELECT count(*) FROM index_entries WHERE wanted_version > indexed_version AND failure IS NOT NULL)::int
           AS refused
"""
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


class PostgresIndexEntries:
    """Fills `app.ports.IndexEntries` and `consumers.product_changes.Noting`."""

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


class PostgresIndexSource:
    """Fills `app.ports.IndexSource`. `own_locale`: what texts are written in at first."""

    def __init__(self, db: Database, own_locale: str = "en") -> None:
        self._db = db
        self._own = own_locale

    async def documents(self, ids: Sequence[str]) -> list[IndexDocument]:
        async with self._db.reading() as connection:
            shown = await _shown(connection)
            return [_document(row, shown, self._own) async for row in await connection.execute(BY_IDS, [list(ids)])]

    async def documents_after(self, product_id: str, limit: int) -> list[IndexDocument]:
        async with self._db.reading() as connection:
            shown = await _shown(connection)
            rows = await connection.execute(AFTER, [product_id, limit])
            return [_document(row, shown, self._own) async for row in rows]

    async def known_after(self, product_id: str, limit: int) -> list[Known]:
        async with self._db.reading() as connection:
            return [Known(**row) async for row in await connection.execute(KNOWN_AFTER, [product_id, limit])]

    async def existing(self, ids: Sequence[str]) -> set[str]:
        async with self._db.reading() as connection:
            return {row["id"] async for row in await connection.execute(EXISTING, [list(ids)])}

    async def counts(self) -> tuple[int, int]:
        async with self._db.reading() as connection:
            row = await (await connection.execute(COUNTS)).fetchone()
        return (row["published"], row["pending"]) if row else (0, 0)


class PostgresIndexRebuilds:
    """Fills `app.ports.IndexRebuilds`."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """The attributes that are indexed otherwise than one without a definition."""

    not_facetable: frozenset[str]
    searchable: frozenset[str]


def _texts(row: DictRow, own_locale: str) -> dict[str, SpokenTexts]:
    translations = orjson.loads(row["translations"] or "[]")
    return spoken_texts(
        sorted(row["locales"]),
        own_locale,
        {(entity_id, locale): fields for entity_id, locale, fields in translations},
        product=(row["id"], row["name"], row["description"]),
        categories=list(zip(row["ancestor_ids"] or (), row["path"] or (), strict=True)),
    )


async def _shown(connection: Connection) -> _Shown:
    """Read before the products: a definition that changes later touches them again."""
    rows = await (await connection.execute(DEFINED)).fetchall()
    return _Shown(
        not_facetable=frozenset(row["key"] for row in rows if not row["facetable"]),
        searchable=frozenset(row["key"] for row in rows if row["searchable"]),
    )


def _document(row: DictRow, shown: _Shown, own_locale: str) -> IndexDocument:
    attributes = attributes_from(row["attributes"])
    return IndexDocument(
        id=row["id"],
        version=row["version"],
        channels=tuple(row["channels"]),
        external_reference=row["external_reference"],
        name=row["name"],
        description=row["description"],
        brand=row["brand"],
        category_ids=tuple(row["ancestor_ids"] or ()),
        category_path=tuple(row["path"] or ()),
        collection_ids=tuple(row["collection_ids"]),
        attributes=tuple(each for each in attributes if each.key not in shown.not_facetable),
        attribute_words=tuple(each.value for each in attributes if each.key in shown.searchable),
        codes=tuple(row["skus"]),
        prices=orjson.loads(row["prices"] or "{}"),
        available=row["available"],
        texts=_texts(row, own_locale),
        popularity=row["popularity"],
        created_at=row["created_at"],
    )
