"""Takes back what was reserved and not secured in time."""

from dataclasses import dataclass

import structlog

from chassis.waking import Waking
from subgraphs.catalog.app.follow_time import follow
from subgraphs.catalog.app.stock_ports import Stock

log = structlog.get_logger("stock")

BATCH = 200


@dataclass(frozen=True)
class ExpireReservations:
    """Background work; any number of processes may do it at once."""

    stock: Stock
    waking: Waking

    async def run(self) -> None:
        await follow(self.stock.expires_in, self._expire, BATCH, self.waking)

    async def _expire(self, batch: int) -> int:
        expired = await self.stock.expire(batch)
        log.info("stock.expired", reservations=expired)
        return expired
