"""The documents the search index is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.app.index_ports import Known
from subgraphs.catalog.domain.index_document import IndexDocument, SpokenTexts
from subgraphs.catalog.domain.spoken import SaidChoices, spoken_texts

KNOWN = """
SELECT product.id, product.version, entry.failure,
       entry.failure IS NULL AND (product.version > coalesce(entry.indexed_version, 0)
                                  OR product.id IN (SELECT product_id FROM touched_products)) AS pending
FROM products AS product LEFT JOIN index_entries AS entry ON entry.product_id = product.id
"""
KNOWN_BY_IDS = KNOWN + "WHERE product.id = ANY(%s)"
KNOWN_AFTER = KNOWN + "WHERE product.id > %s ORDER BY product.id LIMIT %s"
EXISTING = "SELECT id FROM products WHERE id = ANY(%s)"
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
       offer.in_stock, offer.prices,
       coalesce((SELECT band FROM product_popularity AS sales WHERE sales.product_id = product.id), 0) AS popularity
FROM products AS product LEFT JOIN categories AS category ON category.id = product.category_id
LEFT JOIN LATERAL (
    SELECT array_agg(channel || '_' || currency ORDER BY channel, currency) FILTER (WHERE in_stock) AS in_stock,
           jsonb_object_agg(channel || '_' || currency, lowest)::text AS prices
    FROM offers WHERE product_id = product.id
) AS offer ON true
"""
DEFINED = """
SELECT key, facetable, searchable,
       (SELECT jsonb_object_agg(locale, fields #> '{terms,""}') FROM translations
        WHERE kind = 'attribute_definition' AND entity_id = definition.id AND fields #> '{terms,""}' IS NOT NULL)
       AS said
FROM attribute_definitions AS definition WHERE NOT facetable OR searchable
"""
BY_IDS = DOCUMENT + "WHERE product.id = ANY(%s)"
AFTER = DOCUMENT + "WHERE product.id > %s AND product.id <= %s ORDER BY product.id LIMIT %s"
LAST = "SELECT coalesce(max(id), '') AS id FROM products"
COUNTS = """
SELECT (SELECT count(DISTINCT product_id) FROM publications)::int AS published,
       (SELECT count(*) FROM products LEFT JOIN index_entries ON product_id = id
        WHERE version > coalesce(indexed_version, 0))::int AS pending
"""


class PostgresIndexSource:
    """Fills `app.index_ports.IndexSource`. `own_locale`: what texts are written in at first."""

    def __init__(self, db: Database, own_locale: str = "en") -> None:
        self._db = db
        self._own = own_locale

    async def documents(self, ids: Sequence[str]) -> list[IndexDocument]:
        async with self._db.reading() as connection:
            shown = await _shown(connection)
            return [_document(row, shown, self._own) async for row in await connection.execute(BY_IDS, [list(ids)])]

    async def documents_after(self, product_id: str, up_to: str, limit: int) -> list[IndexDocument]:
        async with self._db.reading() as connection:
            shown = await _shown(connection)
            rows = await connection.execute(AFTER, [product_id, up_to, limit])
            return [_document(row, shown, self._own) async for row in rows]

    async def last(self) -> str:
        async with self._db.reading() as connection:
            row = await (await connection.execute(LAST)).fetchone()
        return row["id"] if row else ""

    async def known(self, ids: Sequence[str]) -> list[Known]:
        async with self._db.reading() as connection:
            return [Known(**row) async for row in await connection.execute(KNOWN_BY_IDS, [list(ids)])]

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """The attributes that are indexed otherwise than one without a definition."""

    not_facetable: frozenset[str]
    searchable: Mapping[str, SaidChoices]


def _texts(row: DictRow, words: Sequence[tuple[str, SaidChoices]], own_locale: str) -> dict[str, SpokenTexts]:
    translations = orjson.loads(row["translations"] or "[]")
    return spoken_texts(
        sorted(row["locales"]),
        own_locale,
        {(entity_id, locale): fields for entity_id, locale, fields in translations},
        product=(row["id"], row["name"], row["description"]),
        categories=list(zip(row["ancestor_ids"] or (), row["path"] or (), strict=True)),
        attributes=words,
    )


async def _shown(connection: Connection) -> _Shown:
    """Read before the products: a definition that changes later touches them again."""
    rows = await (await connection.execute(DEFINED)).fetchall()
    return _Shown(
        not_facetable=frozenset(row["key"] for row in rows if not row["facetable"]),
        searchable={row["key"]: row["said"] or {} for row in rows if row["searchable"]},
    )


class _Fact(NamedTuple):
    """What the index has of an attribute: a rebuild makes one of each of the catalogue's, so they are to be cheap."""

    key: str
    value: str
    number: float | None


def _document(row: DictRow, shown: _Shown, own_locale: str) -> IndexDocument:
    attributes = [_Fact(each["key"], each["value"], each.get("number")) for each in orjson.loads(row["attributes"])]
    words = [(each.value, shown.searchable[each.key]) for each in attributes if each.key in shown.searchable]
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
        attribute_words=tuple(value for value, _ in words),
        codes=tuple(row["skus"]),
        prices=orjson.loads(row["prices"] or "{}"),
        in_stock=tuple(row["in_stock"] or ()),
        texts=_texts(row, words, own_locale),
        popularity=row["popularity"],
        created_at=row["created_at"],
    )
