"""Partial changes of products: what is stored, what an edit makes of it, and the common way of writing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.adapters.postgres.product_history import archivings
from subgraphs.catalog.adapters.postgres.product_store import edited_products, resolved_edits
from subgraphs.catalog.adapters.postgres.product_writes import Asked, PostgresProductWrites, retrying
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, announce
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.product import ProductWrite, WriteResult
from subgraphs.catalog.domain.product_edit import (
    Archiving,
    ContentUpdate,
    ProductEdit,
    Ready,
    VariantAddition,
    VariantUpdate,
    decided,
    told,
)


class PostgresProductEdits:
    """Fills `app.product_ports.ProductEdits`."""

    def __init__(self, db: Database, writes: PostgresProductWrites, channel: str) -> None:
        self._db = db
        self._writes = writes
        self._channel = channel

    async def edit(self, edits: Sequence[ProductEdit]) -> list[ProductWrite]:
        """Changes only what each edit names; refuses what is unknown, stale or faulty."""

        async def work(tx: Connection) -> list[ProductWrite]:
            stored = await edited_products(tx, edits, self._channel)
            decisions = decided(await resolved_edits(tx, edits), stored)
            ready = [each for each in decisions if isinstance(each, Ready)]
            await _archive(tx, [each.stored.id for each in ready if isinstance(each.edit.change, Archiving)])
            written = iter(await self._written(tx, ready))
            return [next(written) if isinstance(each, Ready) else each for each in decisions]

        return await retrying(self._db, work)

    async def _written(self, tx: Connection, ready: Sequence[Ready]) -> list[ProductWrite]:
        writing = [each for each in ready if not isinstance(each.edit.change, Archiving)]
        writes: Iterator[ProductWrite] = iter(await self._writes.apply(tx, [_asked(each) for each in writing]))
        added = await _added_variants(tx, writing)
        return [
            ProductWrite(result=WriteResult.UPDATED, product_id=each.stored.id)
            if isinstance(each.edit.change, Archiving)
            else _told(next(writes), each, added)
            for each in ready
        ]


def _asked(ready: Ready) -> Asked:
    change = ready.edit.change
    given = isinstance(change, ContentUpdate) and "attributes" in change.fields
    return Asked(draft=ready.draft, operation=ready.edit.operation, attributes_given=given)


def _told(write: ProductWrite, ready: Ready, added: Mapping[str, str]) -> ProductWrite:
    """Under the names of the edit's own input, and with the variant it is about."""
    change = ready.edit.change
    variant_id = ready.edit.variant_id if isinstance(change, VariantUpdate) else None
    if isinstance(change, VariantAddition):
        variant_id = added.get(change.variant.sku)
    kept = variant_id if write.result is not WriteResult.REFUSED else None
    return replace(write, variant_id=kept, faults=told(write.faults, ready.edit))


async def _archive(tx: Connection, ids: Sequence[str]) -> None:
    if not ids:
        return
    archived = [(row["id"], row["version"]) async for row in await tx.execute(sql.ARCHIVE, [list(ids)])]
    await tx.execute(sql.WITHDRAW, [list(ids)])
    await tx.execute(sql.FORGET_PLANS, [list(ids)])
    await announce(tx, TABLES[EntityKind.PRODUCT], [(product_id, version, False) for product_id, version in archived])
    await changes.record(tx, archivings(archived))


async def _added_variants(tx: Connection, ready: Sequence[Ready]) -> dict[str, str]:
    """Their ids by SKU."""
    skus = [each.edit.change.variant.sku for each in ready if isinstance(each.edit.change, VariantAddition)]
    if not skus:
        return {}
    return {row["sku"]: row["id"] async for row in await tx.execute(sql.SKU_OWNERS, [skus])}
