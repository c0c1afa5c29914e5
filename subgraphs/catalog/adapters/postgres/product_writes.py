"""Writes products by the set: a handful of statements and one transaction for a thousand of them.

Every write of a product comes through `apply`: an import, a new product, a partial edit (`product_edits`).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, TypeVar

import orjson
from psycopg.errors import ForeignKeyViolation, UniqueViolation

from chassis.database import Connection, Database
from chassis.errors import Conflict
from subgraphs.catalog.adapters.postgres import brands, categories, changes, idempotency, prices, product_rows
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.adapters.postgres.attribute_definitions import defined
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.adapters.postgres.product_history import changes_of
from subgraphs.catalog.adapters.postgres.product_rows import Ids, Known, slug_of
from subgraphs.catalog.adapters.postgres.product_store import stored_products
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, announce
from subgraphs.catalog.domain.attribute_definition import checked
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.product import Fault, ProductDraft, ProductWrite, WriteResult
from subgraphs.catalog.domain.product_edit import StoredProduct
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION

T = TypeVar("T")
UPSERT = "productsUpsert"
WRITING = (WriteResult.CREATED, WriteResult.UPDATED)


class WriteRaced(Conflict):
    """Another write took one of these products, SKUs or addresses, or a brand away, meanwhile; send the batch again."""

    reason = "WRITE_RACED"


async def retrying(db: Database, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Raises WriteRaced when another write took an address, or a brand away, meanwhile."""
    try:
        return await db.retrying(work)
    except (UniqueViolation, ForeignKeyViolation) as error:
        raise WriteRaced from error


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A draft, and what its write is called in the record of changes."""

    draft: ProductDraft
    operation: str
    attributes_given: bool = True
    """False for an edit that is not about them: then they stay, however they are defined by now."""

    @property
    def reference(self) -> str:
        return self.draft.content.external_reference


class PostgresProductWrites:
    """Fills `app.ports.ProductWrites`."""

    def __init__(self, db: Database, channel: str, clock: prices.Clock = prices.now) -> None:
        self._db = db
        self._channel = channel
        self._clock = clock

    async def upsert(
        self, drafts: Sequence[ProductDraft], scope: str, key: str, operation: str = UPSERT
    ) -> list[ProductWrite]:
        """Writes valid drafts, refuses stale versions and foreign SKUs. A repeated key gets its old answer."""

        async def work(tx: Connection) -> list[ProductWrite]:
            if not key:
                return await self.write(tx, drafts, operation)
            asked = sha256(b"".join(_asked(draft) for draft in drafts)).digest()
            answered = await idempotency.earlier_answer(tx, scope, key, asked)
            if answered is not None:
                return [_write_from(each) for each in orjson.loads(answered)]
            writes = await self.write(tx, drafts, operation)
            await idempotency.keep_answer(tx, scope, key, orjson.dumps(writes))
            return writes

        return await retrying(self._db, work)

    async def write(
        self, tx: Connection, drafts: Sequence[ProductDraft], operation: str = UPSERT
    ) -> list[ProductWrite]:
        """`upsert` as a part of the caller's transaction."""
        return await self.apply(tx, [Asked(draft=draft, operation=operation) for draft in drafts])

    async def apply(self, tx: Connection, asked: Sequence[Asked]) -> list[ProductWrite]:
        """Judges and writes the drafts, tells the world and keeps the record."""
        if not asked:
            return []
        asked, unfitting = await self._checked(tx, asked)
        drafts = [each.draft for each in asked]
        # Before the products, as whoever moves categories has it.
        await categories.keep_tree(tx)
        known = await self._known(tx, drafts)
        writes = [_judge(draft, known, faults) for draft, faults in zip(drafts, unfitting, strict=True)]
        changing = [each for each, write in zip(asked, writes, strict=True) if write.result in WRITING]
        if not changing:
            return writes
        category_ids = await categories.ensure(tx, {each.draft.content.category_path for each in changing})
        ids = await self._write(tx, changing, known, category_ids)
        return [
            replace(write, product_id=ids.get(each.reference, write.product_id))
            for each, write in zip(asked, writes, strict=True)
        ]

    async def _checked(self, tx: Connection, asked: Sequence[Asked]) -> tuple[list[Asked], list[tuple[Fault, ...]]]:
        """The drafts with their attributes as they are defined, and what does not fit."""
        judged = [each for each in asked if each.attributes_given]
        keys = {attribute.key for each in judged for attribute in each.draft.content.attributes}
        definitions = await defined(tx, keys)
        fitting: list[Asked] = []
        faults: list[tuple[Fault, ...]] = []
        for each in asked:
            content, at = each.draft.content, (*each.draft.at, "attributes")
            mine = definitions if each.attributes_given else {}
            attributes, found = checked(content.attributes, mine, at) if mine else (content.attributes, ())
            draft = replace(each.draft, content=replace(content, attributes=attributes)) if mine else each.draft
            fitting.append(replace(each, draft=draft))
            faults.append(found)
        return fitting, faults

    async def _known(self, tx: Connection, drafts: Sequence[ProductDraft]) -> Known:
        references = [draft.content.external_reference for draft in drafts]
        asked = {"references": references, "slugs": [slug_of(draft) for draft in drafts], "channel": self._channel}
        rows = await (await tx.execute(sql.EXISTING, asked)).fetchall()
        skus = [variant.sku for draft in drafts for variant in draft.content.variants]
        owners = await (await tx.execute(sql.SKU_OWNERS, [skus])).fetchall()
        return Known(
            products={row["external_reference"]: row for row in rows},
            slugs={row["slug"]: row["external_reference"] for row in rows},
            sku_owners={row["sku"]: row["product_id"] for row in owners},
            variant_ids={row["sku"]: row["id"] for row in owners},
        )

    async def _write(
        self, tx: Connection, asked: Sequence[Asked], known: Known, category_ids: Mapping[tuple[str, ...], str]
    ) -> Ids:
        drafts = [each.draft for each in asked]
        there = [known.products[each.reference]["id"] for each in asked if each.reference in known.products]
        stored = await stored_products(tx, there, self._channel)
        await brands.ensure(tx, {draft.content.brand for draft in drafts if draft.content.brand})
        records = product_rows.product_records(drafts, known, category_ids)
        rows = {row["external_reference"]: row async for row in await tx.execute(sql.PRODUCTS, [records])}
        if raced := [each for each, row in rows.items() if each not in known.products and row["version"] > 1]:
            # What was judged to be new came meanwhile: this write knows neither its version nor its variants.
            raise WriteRaced(products=", ".join(raced))
        ids = {reference: row["id"] for reference, row in rows.items()}
        variant_ids = await self._write_variants(tx, drafts, ids, known)
        await self._write_publications(tx, drafts, ids)
        await refresh_offers(tx, list(ids.values()))
        published = {
            each.reference: each.reference in known.products and known.products[each.reference]["published"]
            if each.draft.published is None
            else each.draft.published
            for each in asked
        }
        await announce(
            tx,
            TABLES[EntityKind.PRODUCT],
            [(row["id"], row["version"], published[reference]) for reference, row in rows.items()],
        )
        priced = await prices.told_of(tx, _gone(stored, drafts, ids))
        made = [
            change
            for each in asked
            for change in changes_of(
                each.draft, stored.get(ids[each.reference]), ids[each.reference], rows[each.reference]["version"],
                variant_ids, each.operation, priced,
            )
        ]  # fmt: skip
        await changes.record(tx, made)
        return ids

    async def _write_variants(
        self, tx: Connection, drafts: Sequence[ProductDraft], ids: Ids, known: Known
    ) -> dict[str, str]:
        """The ids by SKU."""
        listed = product_rows.listed_variants(drafts, ids)
        records = product_rows.variant_records(listed, known)
        variant_ids = {row["sku"]: row["id"] async for row in await tx.execute(sql.VARIANTS, [records])}
        if len(variant_ids) != len(listed):
            raise WriteRaced(skus=", ".join(each.variant.sku for each in listed if each.variant.sku not in variant_ids))
        there = {draft.content.external_reference for draft in drafts} & known.products.keys()
        if there:
            updated = [ids[reference] for reference in there]
            await tx.execute(sql.LEFT_OUT, [updated, [each.variant.sku for each in listed]])
        priced = product_rows.price_columns(listed, variant_ids)
        await prices.write_regular(tx, self._channel, priced, self._clock() if there else None)
        fresh = [each for each in listed if each.variant.sku not in known.variant_ids]
        if fresh:
            skus, units = [each.variant.sku for each in fresh], [each.units for each in fresh]
            await tx.execute(sql.STOCK, [skus, [DEFAULT_LOCATION] * len(skus), units])
        return variant_ids

    async def _write_publications(self, tx: Connection, drafts: Sequence[ProductDraft], ids: Ids) -> None:
        shown = [ids[draft.content.external_reference] for draft in drafts if draft.published is True]
        hidden = [ids[draft.content.external_reference] for draft in drafts if draft.published is False]
        if shown:
            await tx.execute(sql.PUBLISH, [shown, self._channel])
        if hidden:
            await tx.execute(sql.UNPUBLISH, [hidden, self._channel])
            await tx.execute(sql.FORGET_PLANS_IN, [hidden, self._channel])


def _gone(stored: Mapping[str, StoredProduct], drafts: Sequence[ProductDraft], ids: Ids) -> list[str]:
    """The variants that are not sold any more."""
    left = {variant.sku for draft in drafts for variant in draft.content.variants}
    there = [stored[each] for each in ids.values() if each in stored]
    return [variant_id for each in there for sku, variant_id in each.variant_ids.items() if sku not in left]


def _asked(draft: ProductDraft) -> bytes:
    beside = (draft.published, draft.expected_version, dict(draft.initial_quantities))
    # A reference that was made up for the call is not what was asked.
    content = draft.content if draft.named_by_reference else replace(draft.content, external_reference="")
    return content.fingerprint + orjson.dumps(beside, option=orjson.OPT_SORT_KEYS)


def _judge(draft: ProductDraft, known: Known, unfitting: Sequence[Fault]) -> ProductWrite:
    """What the write will do to this product, given what is there and what of its attributes does not fit."""
    content, at = draft.content, draft.at
    existing = known.products.get(content.external_reference)
    product_id: str | None = existing["id"] if existing else None
    faults = [
        *unfitting,
        *(
            Fault(
                code="TAKEN",
                field=(*at, "variants", str(index), "sku"),
                message=f"SKU {variant.sku!r} belongs to another product, perhaps a deleted one",
            )
            for index, variant in enumerate(content.variants)
            if known.sku_owners.get(variant.sku, product_id) != product_id
        ),
    ]
    # A deleted product that is written again comes back: to the writer it is new, or the version it has.
    back = existing is not None and existing["archived"]
    version: int = existing["version"] if existing else 0
    expected = draft.expected_version
    if expected is not None and expected != version and not (back and expected == 0):
        message = f"the product has version {version} now, not {expected}; read it again"
        faults.append(Fault(code="STALE_VERSION", field=(*at, "expectedVersion"), message=message))
    if draft.must_be_new and existing and not back:
        message = f"there is a product {content.external_reference!r} already"
        faults.append(Fault(code="TAKEN", field=(*at, "externalReference"), message=message))
    if faults:
        return ProductWrite(result=WriteResult.REFUSED, product_id=product_id, faults=tuple(faults))
    if existing is None or back:
        return ProductWrite(result=WriteResult.CREATED, product_id=product_id)
    same = bytes(existing["fingerprint"]) == content.fingerprint
    # To hide what is hidden ends the plan to show it.
    shown_alike = draft.published is None or (
        existing["published"] == draft.published and (draft.published or not existing["planned"])
    )
    return ProductWrite(
        result=WriteResult.UNCHANGED if same and shown_alike else WriteResult.UPDATED, product_id=product_id
    )


def _write_from(stored: dict[str, Any]) -> ProductWrite:
    return ProductWrite(
        result=WriteResult(stored["result"]),
        product_id=stored["product_id"],
        faults=tuple(
            Fault(code=each["code"], field=tuple(each["field"]), message=each["message"]) for each in stored["faults"]
        ),
    )
