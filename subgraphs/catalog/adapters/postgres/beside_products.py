"""What an import writes beside products, in their transaction: translations, further prices, stock by location."""

from collections.abc import Sequence
from dataclasses import replace

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import product_statements as sql
from subgraphs.catalog.adapters.postgres.offers import refresh_offers
from subgraphs.catalog.adapters.postgres.prices import PostgresPrices
from subgraphs.catalog.adapters.postgres.translations import write_translations
from subgraphs.catalog.domain.catalog_file.batches import ImportBatch
from subgraphs.catalog.domain.catalog_file.beside import Texts
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.product import ProductWrite, WriteResult
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION
from subgraphs.catalog.domain.stock_location import MOST_LOCATIONS
from subgraphs.catalog.domain.translation import Translation, TranslationDraft

OPERATION = "catalogImport"
KNOWN = "SELECT sku FROM variants WHERE sku = ANY(%s)"
LOCALES = "SELECT entity_id AS id, locale FROM translations WHERE kind = 'product' AND entity_id = ANY(%s)"
LOCATIONS = "INSERT INTO stock_locations (id, name) SELECT id, id FROM unnest(%s::text[]) AS id ON CONFLICT DO NOTHING"
COUNT = "SELECT count(*) AS locations FROM stock_locations"


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

    async def write(
        self, tx: Connection, batch: ImportBatch, writes: Sequence[ProductWrite], fresh: set[str]
    ) -> list[ProductWrite]:
        """What is said of the products that were not refused; `fresh` are the SKUs that were unknown before them. A
        product that had nothing else to write is updated too where that is new."""
        taken = [
            (write.product_id or "", beside)
            for beside, write in zip(batch.besides, writes, strict=True)
            if write.result is not WriteResult.REFUSED
        ]
        await _stock(tx, [
            (product_id, sku, location, units)
            for product_id, beside in taken
            for sku, located in beside.stock.items()
            for location, units in located.items()
            if sku in fresh and location != DEFAULT_LOCATION
        ])  # fmt: skip
        changed: set[str] = set()
        if prices := {sku: lists for _, beside in taken for sku, lists in beside.prices.items()}:
            changed |= await self._prices.take_over(tx, prices, self._channel, OPERATION)
        texts = [(product_id, each.translations) for product_id, each in taken if each.translations is not None]
        if texts:
            changed |= await _translate(tx, texts)
        return [
            replace(each, result=WriteResult.UPDATED)
            if each.result is WriteResult.UNCHANGED and each.product_id in changed
            else each
            for each in writes
        ]


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


async def _translate(tx: Connection, texts: Sequence[tuple[str, Texts]]) -> set[str]:
    """Each replaces all translations of its product; the ids of those that are called something else by it."""
    wanted = {(product_id, locale): fields for product_id, given in texts for locale, fields in given.items()}
    there = await tx.execute(LOCALES, [[product_id for product_id, _ in texts]])
    gone = {(row["id"], row["locale"]): dict[str, str]() async for row in there}
    drafts = [
        TranslationDraft(translation=Translation(id=product_id, locale=locale, fields=fields))
        for (product_id, locale), fields in {**gone, **wanted}.items()
    ]
    written = await write_translations(tx, EntityKind.PRODUCT, dict(enumerate(drafts)), "translations")
    return {each.id for each in written.values() if each.changed}
