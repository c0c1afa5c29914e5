"""Keeps up with what sells, and tells the index when that makes a difference."""

import asyncio
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app.ports import Sales

log = structlog.get_logger("popularity")


@dataclass(frozen=True)
class CountSales:
    """Background work; any number of processes may do it, one counts."""

    sales: Sales
    interval_seconds: float

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self.interval_seconds)

    async def look(self) -> int:
        """How many products are indexed again because of it."""
        moved = await self.sales.count()
        if moved:
            log.info("popularity.moved", products=len(moved))
        return len(moved)
