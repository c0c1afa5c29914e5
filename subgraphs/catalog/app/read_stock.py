"""What is where, and how it came there."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis import identity
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.ports import Stock
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.stock import LedgerEntry, StockLevel

READERS = ("catalog_manager", "order_manager", "support")
NEWEST = 2**62


@dataclass(frozen=True)
class ReadStock:
    """For staff and services only: shoppers see availability with the variant."""

    stock: Stock

    async def levels(self, skus: Sequence[str]) -> list[StockLevel | None]:
        identity.current().require(*READERS)
        check_keys(skus)
        return await self.stock.levels(skus)

    async def ledger(self, sku: str, *, first: int, after: str) -> tuple[list[LedgerEntry], bool]:
        """Newest first, and whether there are older ones."""
        identity.current().require(*READERS)
        if after and not (after.isdecimal() and len(after) < 19):
            raise InvalidCursor(cursor=after[:40])
        entries = await self.stock.ledger(sku, int(after or NEWEST), check_page(first) + 1)
        return entries[:first], len(entries) > first
