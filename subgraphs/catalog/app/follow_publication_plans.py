"""Shows and hides products when their time comes."""

from dataclasses import dataclass

import structlog

from chassis.waking import Waking
from subgraphs.catalog.app.follow_time import follow
from subgraphs.catalog.app.ports import Publications

log = structlog.get_logger("publications")

BATCH = 500


@dataclass(frozen=True)
class FollowPublicationPlans:
    """Background work; any number of processes may do it at once."""

    publications: Publications
    waking: Waking

    async def run(self) -> None:
        await follow(self.publications.due_in, self._follow, BATCH, self.waking)

    async def _follow(self, batch: int) -> int:
        due = await self.publications.follow_plans(batch)
        log.info("publications.due", publications=due)
        return due
