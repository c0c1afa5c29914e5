"""From drafts to the columns that the statements of a product write take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.ids import new_id
from subgraphs.catalog.domain.product import ProductContent, ProductDraft, VariantContent
from subgraphs.catalog.domain.slug import product_slug, slugify, told_apart

Columns = list[list[Any]]
Ids = Mapping[str, str]
"""Product id by external reference."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedVariant:
    """A variant of a batch, at its place in its product."""

    product_id: str
    position: int
    variant: VariantContent
    units: int
    """On hand, if its SKU is new."""


def listed_variants(drafts: Sequence[ProductDraft], ids: Ids) -> list[ListedVariant]:
    return [
        ListedVariant(
            product_id=ids[draft.content.external_reference],
            position=position,
            variant=variant,
            units=draft.initial_quantities.get(variant.sku, 0),
        )
        for draft in drafts
        for position, variant in enumerate(draft.content.variants)
    ]


def slug_of(draft: ProductDraft) -> str:
    """The address the product would like."""
    content = draft.content
    if not draft.named_by_reference and (readable := slugify(content.name)[:80].strip("-")):
        return readable
    return product_slug(content.name, content.external_reference)


def product_records(drafts: Sequence[ProductDraft], known: Known, category_ids: Mapping[tuple[str, ...], str]) -> str:
    """As JSON: lists of texts full of quotes would be escaped sign by sign, by far the largest part of a write."""
    slugs = dict(known.slugs)
    rows: list[bytes] = []
    for draft in drafts:
        content, slug = draft.content, slug_of(draft)
        if slugs.setdefault(slug, content.external_reference) != content.external_reference:
            slug = told_apart(slug, content.external_reference)
        existing = known.products.get(content.external_reference)
        beside = orjson.dumps(
            {
                "id": existing["id"] if existing else _new_product_id(draft),
                "slug": slug,
                "category_id": category_ids.get(content.category_path),
                "fingerprint": content.fingerprint.hex(),
                "keywords": " ".join([content.brand or "", *(variant.sku for variant in content.variants)]),
                "category": " ".join(content.category_path),
            }
        )
        rows.append(_columns_of(content) + b"," + beside[1:])
    return (b"[" + b",".join(rows) + b"]").decode()


def _columns_of(content: ProductContent) -> bytes:
    """What its JSON, of which the fingerprint was taken, has under the names of columns, without the closing brace.

    What an attribute does not have is not stored: half of what PostgreSQL would parse, keep and tell. No text has these
    bytes in it: its quotes are escaped.
    """
    columns, _, _ = content.as_json.partition(b',"variants":[')
    return columns.replace(b',"number":null', b"").replace(b',"unit":null', b"")


def _new_product_id(draft: ProductDraft) -> str:
    return new_id("prd") if draft.named_by_reference else draft.content.external_reference


def variant_records(listed: Sequence[ListedVariant], known: Known) -> str:
    """As JSON."""
    rows = [
        {
            "id": known.variant_ids.get(each.variant.sku) or new_id("var"),
            "product_id": each.product_id,
            "sku": each.variant.sku,
            "name": each.variant.name,
            "options": each.variant.options,
            "position": each.position,
            "weight_grams": each.variant.weight_grams,
        }
        for each in listed
    ]
    return orjson.dumps(rows).decode()


def price_columns(listed: Sequence[ListedVariant], variant_ids: Mapping[str, str]) -> Columns:
    """Owner, currency, price and the price compared with, of the variants that are given one."""
    priced = [each.variant for each in listed if each.variant.price_minor_units is not None]
    return [
        [variant_ids[each.sku] for each in priced],
        [each.currency for each in priced],
        [each.price_minor_units for each in priced],
        [each.compare_at_minor_units for each in priced],
    ]
