"""Takes back what was reserved and not secured in time."""

import asyncio
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app.stock_ports import Stock

log = structlog.get_logger("stock")

BATCH = 200


@dataclass(frozen=True)
class ExpireReservations:
    """Background work; any number of processes may do it at once."""

    stock: Stock
    every_seconds: float

    async def run(self) -> None:
        while True:
            expired = await self.stock.expire(BATCH)
            if expired:
                log.info("stock.expired", reservations=expired)
            if expired < BATCH:
                await asyncio.sleep(self.every_seconds)
