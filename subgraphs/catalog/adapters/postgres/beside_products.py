"""What an import writes beside products, in their transaction: translations, further prices, stock by location,
addresses, publications in further channels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.adapters.postgres.addresses import change_addresses
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.adapters.postgres.prices import PostgresPrices
from subgraphs.catalog.adapters.postgres.publications import take_over
from subgraphs.catalog.adapters.postgres.translations import replace_texts
from subgraphs.catalog.domain.catalog_file.batches import ImportBatch
from subgraphs.catalog.domain.catalog_file.beside import Beside
from subgraphs.catalog.domain.catalog_file.entries import OPERATION
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.product import Fault, ProductDraft, ProductWrite, WriteResult
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION
from subgraphs.catalog.domain.stock_location import MOST_LOCATIONS

PUBLICATIONS = "publications"
"""Of a file's line: no mutation's input has a field of this name."""
KNOWN = "SELECT sku FROM variants WHERE sku = ANY(%s)"
VARIANTS = "SELECT id, sku, product_id FROM variants WHERE sku = ANY(%s)"
CHANNELS = "SELECT slug FROM channels WHERE slug = ANY(%s)"
LOCATIONS = "INSERT INTO stock_locations (id, name) SELECT id, id FROM unnest(%s::text[]) AS id ON CONFLICT DO NOTHING"
COUNT = "SELECT count(*) AS locations FROM stock_locations"

ProductFault = tuple[str, Fault]
"""Of the product with this id."""


class BesideProducts:
    """Of one batch."""

    def __init__(self, prices: PostgresPrices, channel: str) -> None:
        self._prices = prices
        self._channel = channel

    async def unknown(self, tx: Connection, batch: ImportBatch) -> set[str]:
        """The SKUs with stock by location that are new."""
        named = {sku for beside in batch.besides for sku in beside.stock}
        known = {row["sku"] async for row in await tx.execute(KNOWN, [list(named)])} if named else set[str]()
        return named - known

    def judged_by(self, batch: ImportBatch) -> list[ProductDraft]:
        """The drafts; where publications in the default channel are named, they rule over `published`."""
        return [
            replace(draft, published=None) if self._channel in (beside.publications or {}) else draft
            for draft, beside in zip(batch.drafts, batch.besides, strict=True)
        ]

    async def write(
        self, tx: Connection, batch: ImportBatch, writes: Sequence[ProductWrite], fresh: set[str]
    ) -> list[ProductWrite]:
        """What is said of the products that were not refused; `fresh` are the SKUs that were unknown before them. A
        product that had nothing else to write is updated too where that is new; the faults are of what is left out."""
        taken = {
            write.product_id or "": beside
            for beside, write in zip(batch.besides, writes, strict=True)
            if write.result is not WriteResult.REFUSED
        }
        await _stock(tx, [
            (product_id, sku, location, units)
            for product_id, beside in taken.items()
            for sku, located in beside.stock.items()
            for location, units in located.items()
            if sku in fresh and location != DEFAULT_LOCATION
        ])  # fmt: skip
        changed: set[str] = set()
        if prices := {sku: lists for beside in taken.values() for sku, lists in beside.prices.items()}:
            changed |= await self._prices.take_over(tx, prices, self._channel, OPERATION)
        changed |= await _translate(tx, taken)
        moved, faults = await _move(tx, taken)
        shown, unknown = await self._publish(tx, taken)
        changed |= moved | shown
        return [
            replace(
                each,
                result=WriteResult.UPDATED
                if each.result is WriteResult.UNCHANGED and each.product_id in changed
                else each.result,
                faults=(*each.faults, *(fault for id_, fault in (*faults, *unknown) if id_ == each.product_id)),
            )
            for each in writes
        ]

    async def _publish(self, tx: Connection, taken: Mapping[str, Beside]) -> tuple[set[str], list[ProductFault]]:
        """The ids of those that are published elsewhere by it; and channels that there are not."""
        wanted = {each: beside.publications for each, beside in taken.items() if beside.publications is not None}
        if not wanted:
            return set(), []
        named = {channel for places in wanted.values() for channel in places}
        known = {row["slug"] async for row in await tx.execute(CHANNELS, [list(named)])} | {self._channel}
        faults = [
            (each, Fault(code="NOT_FOUND", field=(PUBLICATIONS,), message=f"there is no channel {channel!r}"))
            for each, places in wanted.items()
            for channel in places.keys() - known
        ]
        kept = {
            each: {channel: times for channel, times in places.items() if channel in known}
            for each, places in wanted.items()
        }
        return await take_over(tx, kept, self._channel, OPERATION), faults


async def _stock(tx: Connection, rows: Sequence[tuple[str, str, str, int]]) -> None:
    """Product, SKU, location and units of each. Locations that are missing are made."""
    if not rows:
        return
    await tx.execute(LOCATIONS, [sorted({location for _, _, location, _ in rows})])
    counted = await (await tx.execute(COUNT)).fetchone()
    if counted and counted["locations"] > MOST_LOCATIONS:
        raise JobBroken(f"With the file's locations there would be more than {MOST_LOCATIONS}; use fewer in `stock`.")
    await tx.execute(sql.STOCK, [list(column) for column in list(zip(*rows, strict=True))[1:]])
    await refresh_offers(tx, sorted({product_id for product_id, *_ in rows}))


async def _translate(tx: Connection, taken: Mapping[str, Beside]) -> set[str]:
    """The ids of the products whose words are others by it."""
    said = {each: beside.translations for each, beside in taken.items() if beside.translations is not None}
    changed = await replace_texts(tx, EntityKind.PRODUCT, said) if said else set[str]()
    variants = {sku: texts for beside in taken.values() for sku, texts in beside.variants.items()}
    if variants:
        rows = await (await tx.execute(VARIANTS, [list(variants)])).fetchall()
        ids = {row["id"]: variants[row["sku"]] for row in rows}
        renamed = await replace_texts(tx, EntityKind.PRODUCT_VARIANT, ids)
        changed |= {row["product_id"] for row in rows if row["id"] in renamed}
    return changed


async def _move(tx: Connection, taken: Mapping[str, Beside]) -> tuple[set[str], list[ProductFault]]:
    """The ids of the products that are elsewhere by it, or described otherwise; and addresses that are taken."""
    asked = [replace(beside.address, id=each) for each, beside in taken.items() if beside.address is not None]
    if not asked:
        return set(), []
    written = (await change_addresses(tx, EntityKind.PRODUCT, dict(enumerate(asked)))).values()
    faults = [(each.id, replace(fault, field=fault.field[-1:])) for each in written for fault in each.faults]
    return {each.id for each in written if each.changed}, faults
