"""Opens and closes stock as its locations say, where a mutation left more of it than it could wait for."""

from dataclasses import dataclass

import structlog

from chassis.waking import Waking
from subgraphs.catalog.app.keep_locations import AT_ONCE, settle
from subgraphs.catalog.app.stock_ports import StockLocations

log = structlog.get_logger("stock")


@dataclass(frozen=True)
class SettleLocations:
    """Background work; any number of processes may do it at once."""

    locations: StockLocations
    waking: Waking

    async def run(self) -> None:
        while True:
            if not await self.locations.settled() and (stretches := await settle(self.locations, AT_ONCE)):
                log.info("stock.settled", stretches=stretches)
            else:
                await self.waking.again()
