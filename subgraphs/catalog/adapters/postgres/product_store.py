"""Products as they stand before a write, locked by it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.adapters.postgres.rows import attributes_from, media_from, options_from
from subgraphs.catalog.domain.product import ProductContent, VariantContent, VariantOption
from subgraphs.catalog.domain.product_edit import ContentUpdate, ProductEdit, StoredProduct


async def stored_products(tx: Connection, ids: Collection[str], channel: str) -> dict[str, StoredProduct]:
    """By id. Prices are no part of it: a content that goes back as it came leaves them alone."""
    if not ids:
        return {}
    rows = await tx.execute(sql.STORED, {"ids": list(ids), "channel": channel})
    return {row["id"]: _stored(row) async for row in rows}


async def edited_products(tx: Connection, edits: Sequence[ProductEdit], channel: str) -> list[StoredProduct | None]:
    """The product of each edit, locked; None where there is none."""
    named = {edit.product_id for edit in edits if edit.product_id}
    variants = {edit.variant_id for edit in edits if edit.variant_id}
    locked = await tx.execute(sql.LOCK, {"product_ids": list(named), "variant_ids": list(variants)})
    stored = await stored_products(tx, [row["id"] async for row in locked], channel)
    owners = {row["id"]: row["product_id"] async for row in await tx.execute(sql.VARIANT_OWNERS, [list(variants)])}
    return [stored.get(edit.product_id or owners.get(edit.variant_id, "")) for edit in edits]


async def resolved_edits(tx: Connection, edits: Sequence[ProductEdit]) -> list[ProductEdit]:
    """Category ids become paths; one that is unknown is left without."""
    wanted = {edit.change.category_id for edit in edits if isinstance(edit.change, ContentUpdate)} - {None}
    if not wanted:
        return list(edits)
    paths = {row["id"]: tuple(row["path"]) async for row in await tx.execute(sql.CATEGORY_PATHS, [list(wanted)])}
    return [_resolved(edit, paths) for edit in edits]


def _resolved(edit: ProductEdit, paths: Mapping[str, tuple[str, ...]]) -> ProductEdit:
    change = edit.change
    path = paths.get(change.category_id or "") if isinstance(change, ContentUpdate) else None
    if path is None or not isinstance(change, ContentUpdate):
        return edit
    return replace(edit, change=replace(change, fields={**change.fields, "category_path": path}))


def _stored(row: DictRow) -> StoredProduct:
    variants: list[dict[str, Any]] = orjson.loads(row["variants"] or "[]")
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
                weight_grams=each["weight_grams"],
            )
            for each in variants
        ),
    )
    return StoredProduct(
        id=row["id"],
        version=row["version"],
        archived=row["archived"],
        published=row["published"],
        content=content,
        variant_ids={each["sku"]: each["id"] for each in variants},
        prices={
            each["sku"]: {currency: (amounts[0], amounts[1]) for currency, amounts in (each["prices"] or {}).items()}
            for each in variants
        },
    )
