"""Lets search documents follow the tree, and collections follow their rules."""

import asyncio
from dataclasses import dataclass

import structlog

from chassis.errors import Unavailable
from subgraphs.catalog.app.shelf_ports import Shelves

log = structlog.get_logger("shelves")

EVERY_SECONDS = 0.2
"""Between two looks. What is noted is noted in the writer's transaction, which would pay for a message to wake us."""
AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class KeepShelves:
    """Background work; any number of processes may do it at once. It needs neither Kafka nor a search engine."""

    shelves: Shelves

    async def run(self) -> None:
        while True:
            try:
                if await self.shelves.waiting():
                    await self.catch_up()
            except Unavailable as away:
                log.warning("shelves.waiting", error=str(away))
                await asyncio.sleep(AGAIN_SECONDS)
            await asyncio.sleep(EVERY_SECONDS)

    async def catch_up(self) -> None:
        """Until nothing is left to be done; moves first, for rules may name the categories."""
        for work in (self.shelves.follow_moves, self.shelves.judge, self.shelves.touch):
            while await work():
                pass
