"""What variants cost, now and at times to come."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from chassis.waking import Waking
from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.follow_time import follow
from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.product_ports import Prices
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.price import PriceList, ShownPrice, channel_faults, price_list_faults
from subgraphs.catalog.domain.product import Fault, ProductWrite, WriteResult

log = structlog.get_logger("prices")

BATCH = 500


@dataclass(frozen=True)
class SetPrices:
    """Each list by itself, all in one transaction: a faulty one does not hold back the others."""

    prices: Prices
    channels: ChannelDirectory

    async def __call__(self, asked: Sequence[PriceList]) -> list[ProductWrite]:
        require_editor()
        check_keys(asked)
        sold = {slug: await self.channels.currencies(slug) for slug in {each.channel for each in asked}}
        faults = [
            tuple(price_list_faults(each)) or tuple(channel_faults(each, sold[each.channel])) or twin
            for each, twin in zip(asked, _twins(asked), strict=True)
        ]
        sound = [each for each, found in zip(asked, faults, strict=True) if not found]
        written = iter(await self.prices.replace(sound) if sound else ())
        return [ProductWrite(result=WriteResult.REFUSED, faults=found) if found else next(written) for found in faults]

    async def lists(self, variant_ids: Sequence[str]) -> list[list[ShownPrice]]:
        """All prices of each variant."""
        require_editor()
        check_keys(variant_ids)
        return await self.prices.lists(variant_ids)


def _twins(asked: Sequence[PriceList]) -> list[tuple[Fault, ...]]:
    """One variant has one list a channel in a batch."""
    seen = Counter[tuple[str, str]]()
    found: list[tuple[Fault, ...]] = []
    for each in asked:
        fault = Fault(code="TAKEN", field=(*each.at, "sku"), message=f"SKU {each.sku!r} stands twice in this batch")
        found.append((fault,) if seen[each.sku, each.channel] else ())
        seen[each.sku, each.channel] += 1
    return found


@dataclass(frozen=True)
class AdvancePrices:
    """Background work: planned prices begin and end. Any number of processes may do it at once."""

    prices: Prices
    waking: Waking

    async def run(self) -> None:
        await follow(self.prices.due_in, self._advance, BATCH, self.waking)

    async def _advance(self, batch: int) -> int:
        changed = await self.prices.advance(batch)
        log.info("prices.advanced", products=changed)
        return changed
