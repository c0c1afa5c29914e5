"""What is where, how it came there, and what is low."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis import identity
from subgraphs.catalog.app.cursors import cursor, keys_of
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.stock_ports import StockReading
from subgraphs.catalog.domain.errors import InvalidCursor, InvalidLedgerFilter
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.stock import LedgerEntry, StockLevel
from subgraphs.catalog.domain.stock_ledger import KINDS, LedgerFilter
from subgraphs.catalog.domain.stock_news import LowStock

READERS = ("catalog_manager", "order_manager", "support")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class ReadStock:
    """For staff and services only: shoppers see availability with the variant."""

    stock: StockReading

    async def totals(self, skus: Sequence[str]) -> list[StockLevel | None]:
        """Of all locations together."""
        identity.current().require(*READERS)
        check_keys(skus)
        return await self.stock.totals(skus)

    async def levels(self, skus: Sequence[str]) -> list[list[StockLevel]]:
        """By location."""
        identity.current().require(*READERS)
        check_keys(skus)
        return await self.stock.levels(skus)

    async def all_levels(self, *, location: str, first: int, after: str) -> Page[StockLevel]:
        """By SKU and location."""
        identity.current().require(*READERS)
        at: Any = keys_of(after, str, str) or ("", "")
        found = await self.stock.levels_after(at[0], at[1], check_page(first) + 1, location)
        return page_of(((cursor(each.sku, each.location), each) for each in found), first, after)

    async def low(self, *, first: int, after: str) -> Page[LowStock]:
        """What has its threshold or fewer, in the order of the SKUs."""
        identity.current().require(*READERS)
        at: Any = keys_of(after, str) or ("",)
        found = await self.stock.low(at[0], check_page(first) + 1)
        return page_of(((cursor(each.sku), each) for each in found), first, after)

    async def ledger(self, wanted: LedgerFilter, *, first: int, after: str) -> Page[LedgerEntry]:
        """Newest first. Raises InvalidLedgerFilter."""
        identity.current().require(*READERS)
        if unknown := set(wanted.kinds) - KINDS:
            raise InvalidLedgerFilter(kinds=", ".join(sorted(unknown)))
        keys: Any = keys_of(after, int, int)
        if keys and not 0 <= keys[0] < 2**57:
            raise InvalidCursor(cursor=after[:40])
        before = (EPOCH + keys[0] * MICROSECOND, keys[1]) if keys else None
        found = await self.stock.ledger(wanted, before, check_page(first) + 1)
        return page_of(((_cursor_of(each), each) for each in found), first, after)


def _cursor_of(entry: LedgerEntry) -> str:
    return cursor((entry.created_at - EPOCH) // MICROSECOND, int(entry.id))
