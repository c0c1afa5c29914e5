"""What an export reads and writes: stretches of products by id, and pieces of a file with how far it came."""

import zlib
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.job_export_entries import TOTAL as ENTRIES
from subgraphs.catalog.adapters.postgres.job_export_entries import entries_after
from subgraphs.catalog.adapters.postgres.job_rows import fence
from subgraphs.catalog.adapters.postgres.product_rows import slug_of
from subgraphs.catalog.adapters.postgres.rows import attributes_from, media_from, options_from
from subgraphs.catalog.adapters.postgres.translations import said_from
from subgraphs.catalog.app.job_ports import ExportPlace
from subgraphs.catalog.domain.catalog_file.beside import Beside, Times
from subgraphs.catalog.domain.catalog_file.writing import ExportedNames, ExportedProduct
from subgraphs.catalog.domain.job import Job
from subgraphs.catalog.domain.price import Price, PriceList
from subgraphs.catalog.domain.product import ProductContent, ProductDraft, VariantContent, VariantOption
from subgraphs.catalog.domain.texts import SeoChange

PIECE = 160 * 1024
"""Bytes. As base64 it fits an answer of the graph as well as a request to it."""
MOST_COLUMNS = 500
"""Attributes with a column of their own, the most used ones; a spreadsheet has 16,384 columns."""
PRODUCTS = """
SELECT product.id, product.external_reference, product.version, product.name, product.description, product.brand,
       product.attributes::text, product.media::text, product.options::text, category.path,
       product.slug, product.seo_title, product.seo_description,
       EXISTS (SELECT FROM publications WHERE product_id = product.id AND channel = %(channel)s) AS published,
       (SELECT jsonb_object_agg(locale, fields) FROM translations
        WHERE kind = 'product' AND entity_id = product.id)::text AS translations,
       (SELECT jsonb_agg(jsonb_build_array(channel, publish_at, publish_until) ORDER BY channel)
        FROM (SELECT channel FROM publications WHERE product_id = product.id) AS shown
        FULL JOIN (SELECT channel, publish_at, publish_until FROM planned_publications
                   WHERE product_id = product.id) AS planned USING (channel)
        WHERE channel <> %(channel)s OR coalesce(publish_at, publish_until) IS NOT NULL)::text AS publications,
       sold.variants
FROM products AS product
LEFT JOIN categories AS category ON category.id = product.category_id
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'translations', (SELECT jsonb_object_agg(locale, fields) FROM translations
                         WHERE kind = 'product_variant' AND entity_id = variant.id),
        'sku', variant.sku, 'name', variant.name, 'options', variant.options, 'weight', variant.weight_grams,
        'currency', price.currency, 'price', price.regular_minor_units, 'compare', price.regular_compare_at_minor_units,
        'stock', (SELECT jsonb_object_agg(location, available) FROM stock
                  WHERE stock.sku = variant.sku AND available > 0),
        'prices', (SELECT jsonb_agg(listed ORDER BY listed.channel, listed.currency, listed.valid_from NULLS FIRST,
                                    listed.valid_until) FROM (
            SELECT channel, currency, regular_minor_units AS minor_units, regular_compare_at_minor_units AS compare_at,
                   NULL::timestamptz AS valid_from, NULL::timestamptz AS valid_until
            FROM prices AS further WHERE variant_id = variant.id AND regular_minor_units IS NOT NULL
              AND NOT (channel = %(channel)s AND currency IS NOT DISTINCT FROM price.currency)
            UNION ALL
            SELECT channel, currency, minor_units, compare_at_minor_units, nullif(valid_from, '-infinity'),
                   nullif(valid_until, 'infinity') FROM planned_prices WHERE variant_id = variant.id) AS listed)
    ) ORDER BY variant.position), '[]')::text AS variants
    FROM variants AS variant
    LEFT JOIN LATERAL (
        SELECT currency, regular_minor_units, regular_compare_at_minor_units FROM prices
        WHERE variant_id = variant.id AND channel = %(channel)s AND with_product ORDER BY currency LIMIT 1
    ) AS price ON true
    WHERE variant.product_id = product.id AND variant.active
) AS sold
WHERE product.id > %(after)s AND product.archived_at IS NULL ORDER BY product.id LIMIT %(limit)s
"""
TOTAL = "SELECT count(*) AS products FROM products WHERE archived_at IS NULL"
KEYS = """
SELECT name FROM (
    SELECT fact.value ->> 'key' AS name, avg(fact.place) AS place
    FROM products CROSS JOIN LATERAL jsonb_array_elements(attributes) WITH ORDINALITY AS fact (value, place)
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
) AS used ORDER BY place, name
"""
OPTIONS = """
SELECT option ->> 'name' AS name FROM variants CROSS JOIN LATERAL jsonb_array_elements(options) AS option
WHERE active GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
"""
APPEND = """
INSERT INTO job_parts (job_id, side, number, content)
SELECT %s, 'out', %s + piece.place, piece.content FROM unnest(%s::bytea[]) WITH ORDINALITY AS piece (content, place)
"""
REACHED = """
UPDATE jobs SET parts_out = parts_out + %s, bytes_out = bytes_out + %s, done = %s, total = %s, attempts = 0,
    error = NULL, fraction = least(%s::float / greatest(%s, 1), 1), checkpoint = %s::jsonb WHERE id = %s
"""


class PostgresExportEffects:
    """Fills `app.job_ports.ExportEffects`. Prices and publication are those of one channel."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel

    async def begin(self, *, with_names: bool) -> ExportPlace:
        async with self._db.reading() as connection:
            row = await (await connection.execute(TOTAL)).fetchone()
            total, names = (row["products"] if row else 0), None
            if not with_names:
                entries = await (await connection.execute(ENTRIES)).fetchone()
                total += entries["entries"] if entries else 0
            else:
                keys = [each["name"] async for each in await connection.execute(KEYS, [MOST_COLUMNS])]
                options = [each["name"] async for each in await connection.execute(OPTIONS, [MOST_COLUMNS])]
                names = ExportedNames(attributes=tuple(keys), options=tuple(options))
        return ExportPlace(total=total, names=names)

    async def entries_after(self, kind: str, place: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
        async with self._db.reading() as connection:
            return await entries_after(connection, kind, place, limit)

    async def products_after(self, product_id: str, limit: int) -> list[ExportedProduct]:
        asked = {"channel": self._channel, "after": product_id, "limit": limit}
        async with self._db.reading() as connection:
            return [_product(row) async for row in await connection.execute(PRODUCTS, asked)]

    async def append(self, job: Job, content: bytes, place: ExportPlace) -> None:
        """Each call adds a whole gzip member; members in a row are one file. Raises JobLost."""
        packed = zlib.compress(content, level=5, wbits=31) if content else b""
        pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
        checkpoint = orjson.dumps(place).decode()
        async with self._db.transaction() as tx:
            await fence(tx, job)
            parts = await (await tx.execute("SELECT parts_out FROM jobs WHERE id = %s", [job.id])).fetchone()
            await tx.execute(APPEND, [job.id, parts["parts_out"] if parts else 0, pieces])
            reached = [len(pieces), len(packed), place.done, place.total, place.done, place.total, checkpoint, job.id]
            await tx.execute(REACHED, reached)


def _product(row: DictRow) -> ExportedProduct:
    variants = orjson.loads(row["variants"])
    content = ProductContent(
        external_reference=row["external_reference"],
        name=row["name"],
        description=row["description"],
        brand=row["brand"],
        category_path=tuple(row["path"] or ()),
        attributes=attributes_from(row["attributes"]),
        media=media_from(row["media"]),
        options=options_from(row["options"]),
        variants=tuple(
            VariantContent(
                sku=each["sku"],
                name=each["name"],
                options=tuple(VariantOption(**option) for option in each["options"]),
                price_minor_units=each["price"],
                compare_at_minor_units=each["compare"],
                currency=each["currency"] or "",
                weight_grams=each["weight"],
            )
            for each in variants
        ),
    )
    beside = Beside(
        translations=said_from(orjson.loads(row["translations"])) if row["translations"] else None,
        variants={each["sku"]: said_from(each["translations"]) for each in variants if each["translations"]},
        publications=_publications(row["publications"]),
        prices={each["sku"]: _lists(each["sku"], each["prices"]) for each in variants if each["prices"]},
        stock={each["sku"]: each["stock"] for each in variants if each["stock"]},
    )
    units = {sku: sum(located.values()) for sku, located in beside.stock.items()}
    draft = ProductDraft(content=content, published=row["published"], initial_quantities=units)
    address = SeoChange(
        # One that is made of the name comes about by itself.
        id=row["id"], slug=row["slug"] if row["slug"] != slug_of(draft) else None, title=row["seo_title"],
        description=row["seo_description"],
    )  # fmt: skip
    return ExportedProduct(id=row["id"], version=row["version"], draft=draft, beside=replace(beside, address=address))


def _publications(stored: str | None) -> dict[str, Times] | None:
    if stored is None:
        return None
    return {
        channel: (begins and datetime.fromisoformat(begins), ends and datetime.fromisoformat(ends))
        for channel, begins, ends in orjson.loads(stored)
    }


def _lists(sku: str, rows: list[dict[str, Any]]) -> tuple[PriceList, ...]:
    return tuple(
        PriceList(sku=sku, channel=channel, prices=tuple(_price(each) for each in listed))
        for channel, listed in groupby(rows, itemgetter("channel"))
    )


def _price(row: dict[str, Any]) -> Price:
    begins, ends = (
        (datetime.fromisoformat(row[name]) if row[name] else None) for name in ("valid_from", "valid_until")
    )
    return Price(
        minor_units=row["minor_units"], compare_at_minor_units=row["compare_at"], currency=row["currency"],
        valid_from=begins, valid_until=ends,
    )  # fmt: skip
