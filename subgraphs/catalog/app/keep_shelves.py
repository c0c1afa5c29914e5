"""Lets search documents follow the tree, and collections follow their rules."""

import asyncio
from dataclasses import dataclass

import structlog

from chassis.errors import Unavailable
from chassis.waking import Waking
from subgraphs.catalog.app.shelf_ports import Shelves

log = structlog.get_logger("shelves")

AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class KeepShelves:
    """Background work; any number of processes may do it at once. It needs neither Kafka nor a search engine."""

    shelves: Shelves
    waking: Waking
    """What is noted is noted in the writer's transaction, and mostly by this process."""

    async def run(self) -> None:
        while True:
            try:
                if await self.shelves.waiting():
                    await self.catch_up()
            except Unavailable as away:
                log.warning("shelves.waiting", error=str(away))
                await asyncio.sleep(AGAIN_SECONDS)
            await self.waking.again()

    async def catch_up(self) -> None:
        """Until nothing is left to be done; moves first, for rules may name the categories."""
        for work in (self.shelves.follow_moves, self.shelves.judge, self.shelves.touch):
            while await work():
                pass
