"""Collections of a catalogue file, written by the set: matched by their slugs, in place of what they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from chassis.database import Connection
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import categories, changes
from subgraphs.catalog.adapters.postgres.collections import COLUMNS, collection_from
from subgraphs.catalog.adapters.postgres.memberships import judge_alone, judge_collections
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, announce
from subgraphs.catalog.adapters.postgres.tree import image_text
from subgraphs.catalog.domain.catalog_file.batches import EntryWrite
from subgraphs.catalog.domain.catalog_file.collections import SEPARATOR, CollectionRecord
from subgraphs.catalog.domain.catalog_file.entries import OPERATION
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.collection import Collection, CollectionRules
from subgraphs.catalog.domain.product import Fault, WriteResult

THERE = COLUMNS + "\nFROM collections AS collection WHERE slug = ANY(%(slugs)s) ORDER BY id FOR UPDATE"
PRODUCTS = "SELECT id, external_reference FROM products WHERE external_reference = ANY(%s)"
ARRANGED = """
SELECT collection_id AS id, array_agg(product_id ORDER BY position, product_id DESC) AS products
FROM collection_products WHERE collection_id = ANY(%s) GROUP BY 1
"""
WRITE = """
INSERT INTO collections AS collection
    (id, name, slug, description, image, published, channels, match, rules, seo_title, seo_description)
SELECT id, name, slug, description, image, published, channels, match, rules, seo_title, seo_description
FROM jsonb_to_recordset(%s::jsonb) AS row (
    id text, name text, slug text, description text, image jsonb, published boolean, channels text[], match text,
    rules jsonb, seo_title text, seo_description text)
ORDER BY id
ON CONFLICT (slug) DO UPDATE SET name = excluded.name, description = excluded.description, image = excluded.image,
    published = excluded.published, channels = excluded.channels, match = excluded.match, rules = excluded.rules,
    seo_title = excluded.seo_title, seo_description = excluded.seo_description, version = collection.version + 1,
    updated_at = now()
RETURNING id, slug, version
"""
TOUCH = """
INSERT INTO touched_products (product_id)
SELECT DISTINCT product_id FROM collection_products WHERE collection_id = ANY(%s)
"""
TAKE_OUT = "DELETE FROM collection_products WHERE collection_id = ANY(%s)"
PUT = """
INSERT INTO collection_products (collection_id, product_id, position)
SELECT row.id, product, place - 1
FROM jsonb_to_recordset(%s::jsonb) AS row (id text, products text[])
CROSS JOIN LATERAL unnest(products) WITH ORDINALITY AS listed (product, place)
"""


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the records name."""

    collections: Mapping[str, Collection]
    """By slug."""
    arranged: Mapping[str, Sequence[str]]
    """Product ids in order, by collection id."""
    products: Mapping[str, str]
    categories: Mapping[tuple[str, ...], str]


async def write_collections(tx: Connection, channel: str, records: Sequence[CollectionRecord]) -> list[EntryWrite]:
    """As a part of the caller's transaction; an outcome each. Categories that rules name are made."""
    if any(each.content.rules for each in records):
        await judge_alone(tx)
    known = await _known(tx, records)
    writes = [_judge(each, known) for each in records]
    wanted = (WriteResult.CREATED, WriteResult.UPDATED)
    changing = [each for each, write in zip(records, writes, strict=True) if write.result in wanted]
    if changing:
        await _write(tx, channel, changing, known)
    return writes


async def _known(tx: Connection, records: Sequence[CollectionRecord]) -> _Known:
    asked = {"slugs": [each.slug for each in records], "locales": list[str]()}
    found = {row["slug"]: collection_from(row, 0) async for row in await tx.execute(THERE, asked)}
    rows = await tx.execute(ARRANGED, [[each.id for each in found.values() if not each.rules]])
    arranged = {row["id"]: row["products"] async for row in rows}
    references = {reference for each in records for reference in each.content.product_ids}
    rows = await tx.execute(PRODUCTS, [list(references)])
    products = {row["external_reference"]: row["id"] async for row in rows}
    paths = {tuple(rule.category.split(SEPARATOR)) for each in records for rule in _rules(each) if rule.category}
    return _Known(
        collections=found, arranged=arranged, products=products, categories=await categories.ensure(tx, paths)
    )


def _rules(record: CollectionRecord) -> Sequence[Any]:
    return record.content.rules.rules if record.content.rules else ()


def _judge(record: CollectionRecord, known: _Known) -> EntryWrite:
    faults = [
        Fault(code="NOT_FOUND", field=("products",), message=f"there is no product {each[:60]!r} (yet)")
        for each in record.content.product_ids
        if each not in known.products
    ]
    there = known.collections.get(record.slug)
    if there is not None and bool(there.rules) != bool(record.content.rules):
        message = "this collection is made the other way, by hand or by rules; delete it first, or use another id"
        faults.append(Fault(code="WRONG_STATE", field=("rules",), message=message))
    if faults:
        return EntryWrite(result=WriteResult.REFUSED, faults=tuple(faults[:10]))
    if there is None:
        return EntryWrite(result=WriteResult.CREATED)
    same = _values(record, known, there) == _stored(there) and _order(record, known) == [
        *known.arranged.get(there.id, ())
    ]
    return EntryWrite(result=WriteResult.UNCHANGED if same else WriteResult.UPDATED)


def _order(record: CollectionRecord, known: _Known) -> list[str]:
    return [known.products[each] for each in record.content.product_ids]


def _values(record: CollectionRecord, known: _Known, there: Collection | None) -> dict[str, Any]:
    """The columns as they are to be. SEO texts that a line leaves out stay."""
    content, rules = record.content, record.content.rules
    if rules is not None:
        named = tuple(
            replace(each, category=known.categories[tuple(each.category.split(SEPARATOR))]) if each.category else each
            for each in rules.rules
        )
        rules = CollectionRules(match=rules.match, rules=named)
    title, description = record.address.title, record.address.description
    return {
        "name": content.name, "slug": record.slug, "description": content.description, "image": content.image,
        "published": content.published, "channels": tuple(content.channels), "rules": rules,
        "seo_title": (there.seo_title if there else None) if title is None else title or None,
        "seo_description": (there.seo_description if there else None) if description is None else description or None,
    }  # fmt: skip


def _stored(there: Collection) -> dict[str, Any]:
    return {
        "name": there.name, "slug": there.slug, "description": there.description, "image": there.image,
        "published": there.published, "channels": tuple(sorted(there.channels)), "rules": there.rules,
        "seo_title": there.seo_title, "seo_description": there.seo_description,
    }  # fmt: skip


async def _write(tx: Connection, channel: str, records: Sequence[CollectionRecord], known: _Known) -> None:
    before = {slug: _stored(each) for slug, each in known.collections.items()}
    after = {each.slug: _values(each, known, known.collections.get(each.slug)) for each in records}
    columns = [_columns(values) for values in after.values()]
    rows = {row["slug"]: row async for row in await tx.execute(WRITE, [orjson.dumps(columns).decode()])}
    ids = [row["id"] for row in rows.values()]
    by_hand = [each for each in records if not each.content.rules]
    # A search document names the collections that show its product: those that go and those that come.
    await tx.execute(TOUCH, [ids])
    await tx.execute(TAKE_OUT, [[rows[each.slug]["id"] for each in by_hand]])
    put = [{"id": rows[each.slug]["id"], "products": _order(each, known)} for each in by_hand]
    await tx.execute(PUT, [orjson.dumps(put).decode()])
    if ruled := [rows[each.slug]["id"] for each in records if each.content.rules]:
        await judge_collections(tx, channel, ruled)
    await tx.execute(TOUCH, [ids])
    await announce(tx, TABLES[EntityKind.COLLECTION], ((row["id"], row["version"], True) for row in rows.values()))
    made = [
        Change(
            kind=EntityKind.COLLECTION, id=rows[each.slug]["id"], version=rows[each.slug]["version"],
            operation=OPERATION, before={**before.get(each.slug, {}), "count": _count(each.slug, known)},
            after={**after[each.slug], "count": len(each.content.product_ids)},
        )
        for each in records
    ]  # fmt: skip
    await changes.record(tx, made)


def _count(slug: str, known: _Known) -> int:
    """Of products put in by hand."""
    there = known.collections.get(slug)
    return len(known.arranged.get(there.id, ())) if there else 0


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    rules: CollectionRules | None = values["rules"]
    image = image_text(values["image"])
    return {
        **values,
        "id": new_id("col"),
        "image": orjson.loads(image) if image else None,
        "match": rules.match if rules else None,
        "rules": rules.rules if rules else None,
    }
