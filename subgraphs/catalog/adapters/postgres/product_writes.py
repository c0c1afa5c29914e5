"""Writes products by the set: a handful of statements and one transaction for a thousand of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from emporium.events.v1 import events_pb2 as events
from psycopg.rows import DictRow

from chassis import outbox
from chassis.database import Connection, Database
from chassis.errors import Conflict
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import categories, idempotency
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.domain.product import Fault, ProductDraft, ProductWrite, WriteResult
from subgraphs.catalog.domain.slug import product_slug, told_apart
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION

EXISTING = """
SELECT product.id, product.external_reference, product.slug, product.version, product.fingerprint,
       EXISTS (SELECT FROM publications WHERE product_id = product.id AND channel = %(channel)s) AS published
FROM products AS product
WHERE product.external_reference = ANY(%(references)s) OR product.slug = ANY(%(slugs)s)
ORDER BY product.external_reference
FOR UPDATE OF product
"""
SKU_OWNERS = "SELECT id, sku, product_id FROM variants WHERE sku = ANY(%s)"
PRODUCTS = """
INSERT INTO products AS product
    (id, external_reference, name, slug, description, brand, category_id, attributes, media, fingerprint, words)
SELECT row.id, row.external_reference, row.name, row.slug, row.description, row.brand, row.category_id,
       row.attributes::jsonb, row.media::jsonb, row.fingerprint,
       setweight(to_tsvector('english', row.name), 'A') || setweight(to_tsvector('english', row.keywords), 'B')
       || setweight(to_tsvector('english', row.category), 'C')
       || setweight(to_tsvector('english', coalesce(row.description, '')), 'D')
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::bytea[], %s::text[], %s::text[])
     AS row (id, external_reference, name, slug, description, brand, category_id, attributes, media, fingerprint,
             keywords, category)
ORDER BY row.external_reference
ON CONFLICT (external_reference) DO UPDATE SET
    name = excluded.name, description = excluded.description, brand = excluded.brand,
    category_id = excluded.category_id, attributes = excluded.attributes, media = excluded.media,
    fingerprint = excluded.fingerprint, words = excluded.words,
    version = product.version + 1, updated_at = now()
RETURNING id, external_reference, version
"""
VARIANTS = """
INSERT INTO variants AS variant (id, product_id, sku, name, options, position, weight_grams)
SELECT row.id, row.product_id, row.sku, row.name, row.options::jsonb, row.position, row.weight_grams
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[], %s::int[])
     AS row (id, product_id, sku, name, options, position, weight_grams)
ORDER BY row.sku
ON CONFLICT (sku) DO UPDATE
SET name = excluded.name, options = excluded.options, position = excluded.position, active = true,
    weight_grams = excluded.weight_grams
WHERE variant.product_id = excluded.product_id
RETURNING id, sku
"""
LEFT_OUT = "UPDATE variants SET active = false WHERE product_id = ANY(%s) AND active AND sku <> ALL(%s)"
PRICES = """
INSERT INTO prices (variant_id, channel, currency, minor_units, compare_at_minor_units)
SELECT row.variant_id, %s, row.currency, row.minor_units, row.compare_at
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS row (variant_id, currency, minor_units, compare_at)
ON CONFLICT (variant_id, channel, currency) DO UPDATE
SET minor_units = excluded.minor_units, compare_at_minor_units = excluded.compare_at_minor_units
"""
OLD_PRICES = """
DELETE FROM prices USING unnest(%s::text[], %s::text[]) AS kept (variant_id, currency)
WHERE prices.variant_id = kept.variant_id AND prices.channel = %s AND prices.currency <> kept.currency
"""
STOCK = """
WITH given AS (
    INSERT INTO stock (sku, location, available)
    SELECT row.sku, %s, row.units FROM unnest(%s::text[], %s::int[]) AS row (sku, units) ORDER BY row.sku
    ON CONFLICT DO NOTHING
    RETURNING sku, location, available
)
INSERT INTO stock_ledger (sku, location, kind, available_delta, reason)
SELECT sku, location, 'received', available, 'first stock' FROM given WHERE available > 0
"""
PUBLISH = """
INSERT INTO publications (product_id, channel) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING
"""
UNPUBLISH = "DELETE FROM publications WHERE product_id = ANY(%s) AND channel = %s"
TOUCH = """
UPDATE products SET version = version + 1, updated_at = now()
WHERE id IN (SELECT id FROM products WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
RETURNING id, version
"""
HAVE = "SELECT product_id FROM publications WHERE product_id = ANY(%s) AND channel = %s"


class WriteRaced(Conflict):
    """Another write took one of these SKUs meanwhile; send the batch again."""

    reason = "WRITE_RACED"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the database held before the write."""

    products: dict[str, DictRow]
    """By external reference."""
    slugs: dict[str, str]
    """External reference by slug."""
    sku_owners: dict[str, str]
    """Product id by SKU."""
    variant_ids: dict[str, str]


class PostgresProductWrites:
    """Fills `app.ports.ProductWrites`."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel

    async def upsert(self, drafts: Sequence[ProductDraft], scope: str, key: str) -> list[ProductWrite]:
        """Writes valid drafts, refuses stale versions and foreign SKUs. A repeated key gets its old answer."""

        async def work(tx: Connection) -> list[ProductWrite]:
            if not key:
                return await self.write(tx, drafts)
            asked = sha256(b"".join(_asked(draft) for draft in drafts)).digest()
            answered = await idempotency.earlier_answer(tx, scope, key, asked)
            if answered is not None:
                return [_write_from(each) for each in orjson.loads(answered)]
            writes = await self.write(tx, drafts)
            await idempotency.keep_answer(tx, scope, key, orjson.dumps(writes))
            return writes

        return await self._db.retrying(work)

    async def publish(self, ids: Sequence[str], *, published: bool) -> None:
        """Publishes or withdraws; what is so already stays untouched."""

        async def work(tx: Connection) -> None:
            have = {row["product_id"] async for row in await tx.execute(HAVE, [list(ids), self._channel])}
            changing = [each for each in ids if (each in have) is not published]
            if not changing:
                return
            touched = await (await tx.execute(TOUCH, [changing])).fetchall()
            known = [row["id"] for row in touched]
            await tx.execute(PUBLISH if published else UNPUBLISH, [known, self._channel])
            await _announce(tx, ((row["id"], row["version"], published) for row in touched))

        await self._db.retrying(work)

    async def write(self, tx: Connection, drafts: Sequence[ProductDraft]) -> list[ProductWrite]:
        """`upsert` as a part of the caller's transaction."""
        category_ids = await categories.ensure(tx, {draft.content.category_path for draft in drafts})
        known = await self._known(tx, drafts)
        writes = [_judge(number, draft, known) for number, draft in enumerate(drafts)]
        changing = [
            draft
            for draft, write in zip(drafts, writes, strict=True)
            if write.result in (WriteResult.CREATED, WriteResult.UPDATED)
        ]
        if not changing:
            return writes
        rows = await (await tx.execute(PRODUCTS, _product_columns(changing, known, category_ids))).fetchall()
        ids = {row["external_reference"]: row["id"] for row in rows}
        await self._write_variants(tx, changing, ids, known)
        await self._write_publications(tx, changing, ids)
        await refresh_offers(tx, list(ids.values()))
        published = {draft.content.external_reference: draft.published for draft in changing}
        await _announce(tx, ((row["id"], row["version"], published[row["external_reference"]]) for row in rows))
        return [
            ProductWrite(
                result=write.result,
                product_id=ids.get(draft.content.external_reference, write.product_id),
                faults=write.faults,
            )
            for draft, write in zip(drafts, writes, strict=True)
        ]

    async def _known(self, tx: Connection, drafts: Sequence[ProductDraft]) -> Known:
        references = [draft.content.external_reference for draft in drafts]
        rows = await (
            await tx.execute(
                EXISTING,
                {"references": references, "slugs": [_slug(draft) for draft in drafts], "channel": self._channel},
            )
        ).fetchall()
        skus = [variant.sku for draft in drafts for variant in draft.content.variants]
        owners = await (await tx.execute(SKU_OWNERS, [skus])).fetchall()
        return Known(
            products={row["external_reference"]: row for row in rows},
            slugs={row["slug"]: row["external_reference"] for row in rows},
            sku_owners={row["sku"]: row["product_id"] for row in owners},
            variant_ids={row["sku"]: row["id"] for row in owners},
        )

    async def _write_variants(
        self, tx: Connection, drafts: Sequence[ProductDraft], ids: dict[str, str], known: Known
    ) -> None:
        listed = [
            (ids[draft.content.external_reference], position, variant, draft.initial_quantities.get(variant.sku, 0))
            for draft in drafts
            for position, variant in enumerate(draft.content.variants)
        ]
        columns: list[list[Any]] = [
            [known.variant_ids.get(variant.sku) or new_id("var") for _, _, variant, _ in listed],
            [product_id for product_id, _, _, _ in listed],
            [variant.sku for _, _, variant, _ in listed],
            [variant.name for _, _, variant, _ in listed],
            [orjson.dumps(variant.options).decode() for _, _, variant, _ in listed],
            [position for _, position, _, _ in listed],
            [variant.weight_grams for _, _, variant, _ in listed],
        ]
        variant_ids = {row["sku"]: row["id"] async for row in await tx.execute(VARIANTS, columns)}
        if len(variant_ids) != len(listed):
            raise WriteRaced(
                skus=", ".join(variant.sku for _, _, variant, _ in listed if variant.sku not in variant_ids)
            )
        owners = [variant_ids[variant.sku] for _, _, variant, _ in listed]
        currencies = [variant.currency for _, _, variant, _ in listed]
        await tx.execute(
            PRICES,
            [
                self._channel,
                owners,
                currencies,
                [variant.price_minor_units for _, _, variant, _ in listed],
                [variant.compare_at_minor_units for _, _, variant, _ in listed],
            ],
        )
        updated = [
            ids[draft.content.external_reference]
            for draft in drafts
            if draft.content.external_reference in known.products
        ]
        if updated:
            await tx.execute(LEFT_OUT, [updated, [variant.sku for _, _, variant, _ in listed]])
            await tx.execute(OLD_PRICES, [owners, currencies, self._channel])
        fresh = [(variant.sku, units) for _, _, variant, units in listed if variant.sku not in known.variant_ids]
        if fresh:
            await tx.execute(STOCK, [DEFAULT_LOCATION, [sku for sku, _ in fresh], [units for _, units in fresh]])

    async def _write_publications(self, tx: Connection, drafts: Sequence[ProductDraft], ids: dict[str, str]) -> None:
        shown = [ids[draft.content.external_reference] for draft in drafts if draft.published]
        hidden = [ids[draft.content.external_reference] for draft in drafts if not draft.published]
        if shown:
            await tx.execute(PUBLISH, [shown, self._channel])
        if hidden:
            await tx.execute(UNPUBLISH, [hidden, self._channel])


def _asked(draft: ProductDraft) -> bytes:
    beside = (draft.published, draft.expected_version, dict(draft.initial_quantities))
    return draft.content.fingerprint + orjson.dumps(beside, option=orjson.OPT_SORT_KEYS)


def _judge(number: int, draft: ProductDraft, known: Known) -> ProductWrite:
    """What the write will do to this product, given what is there."""
    content, at = draft.content, ("products", str(number))
    existing = known.products.get(content.external_reference)
    product_id: str | None = existing["id"] if existing else None
    faults = [
        Fault(
            code="TAKEN",
            field=(*at, "variants", str(index), "sku"),
            message=f"SKU {variant.sku!r} belongs to another product",
        )
        for index, variant in enumerate(content.variants)
        if known.sku_owners.get(variant.sku, product_id) != product_id
    ]
    version: int = existing["version"] if existing else 0
    if draft.expected_version is not None and draft.expected_version != version:
        message = f"the product has version {version} now, not {draft.expected_version}; read it again"
        faults.append(Fault(code="STALE_VERSION", field=(*at, "expectedVersion"), message=message))
    if faults:
        return ProductWrite(result=WriteResult.REFUSED, product_id=product_id, faults=tuple(faults))
    if existing is None:
        return ProductWrite(result=WriteResult.CREATED)
    same = bytes(existing["fingerprint"]) == content.fingerprint and existing["published"] == draft.published
    return ProductWrite(result=WriteResult.UNCHANGED if same else WriteResult.UPDATED, product_id=product_id)


def _slug(draft: ProductDraft) -> str:
    return product_slug(draft.content.name, draft.content.external_reference)


def _product_columns(
    drafts: Sequence[ProductDraft], known: Known, category_ids: dict[tuple[str, ...], str]
) -> list[list[Any]]:
    slugs = dict(known.slugs)
    rows: list[tuple[Any, ...]] = []
    for draft in drafts:
        content, slug = draft.content, _slug(draft)
        if slugs.setdefault(slug, content.external_reference) != content.external_reference:
            slug = told_apart(slug, content.external_reference)
        existing = known.products.get(content.external_reference)
        keywords = " ".join([content.brand or "", *(variant.sku for variant in content.variants)])
        rows.append((
            existing["id"] if existing else new_id("prd"),
            content.external_reference,
            content.name,
            slug,
            content.description,
            content.brand,
            category_ids.get(content.category_path),
            orjson.dumps(content.attributes).decode(),
            orjson.dumps(content.media).decode(),
            content.fingerprint,
            keywords,
            " ".join(content.category_path),
        ))  # fmt: skip
    return [list(column) for column in zip(*rows, strict=True)]


async def _announce(tx: Connection, changed: Iterable[tuple[str, int, bool]]) -> None:
    await outbox.append(
        tx,
        [
            outbox.Event(
                topic=TOPIC,
                aggregate_id=product_id,
                sequence=version,
                message=events.ProductChanged(product_id=product_id, version=version, published=published),
            )
            for product_id, version, published in changed
        ],
    )


def _write_from(stored: dict[str, Any]) -> ProductWrite:
    return ProductWrite(
        result=WriteResult(stored["result"]),
        product_id=stored["product_id"],
        faults=tuple(
            Fault(code=each["code"], field=tuple(each["field"]), message=each["message"]) for each in stored["faults"]
        ),
    )
