"""Counts stock anew: received, lost, found."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.sight import principal, require_editor
from subgraphs.catalog.app.stock_ports import Stock
from subgraphs.catalog.domain.errors import IdempotencyKeyRequired
from subgraphs.catalog.domain.stock import Adjusted, Adjustment


@dataclass(frozen=True)
class AdjustStock:
    """Each adjustment by itself; a repeated key gives the old answer."""

    stock: Stock

    async def __call__(self, adjustments: Sequence[Adjustment], key: str, *, dry_run: bool = False) -> Adjusted:
        require_editor()
        check_keys(adjustments)
        if not 1 <= len(key) <= 200:
            raise IdempotencyKeyRequired
        if not adjustments:
            return Adjusted(outcomes=())
        return await self.stock.adjust(adjustments, f"{principal()}:adjust_stock", key, dry_run=dry_run)
