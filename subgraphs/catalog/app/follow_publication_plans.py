"""Shows and hides products when their time comes."""

import asyncio
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app.ports import Publications

log = structlog.get_logger("publications")

BATCH = 500
EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class FollowPublicationPlans:
    """Background work; any number of processes may do it at once."""

    publications: Publications

    async def run(self) -> None:
        while True:
            due = await self.publications.follow_plans(BATCH)
            if due:
                log.info("publications.due", publications=due)
            if due < BATCH:
                await asyncio.sleep(EVERY_SECONDS)
