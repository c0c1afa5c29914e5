"""Tells catalog what was searched for: one call a minute, and a last one at the end."""

import asyncio
from typing import Any, Final

import structlog
from emporium.catalog.v1 import merchandising_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp

from chassis import deadline, identity
from chassis.errors import EmporiumError
from gateway.metrics import Metrics
from gateway.searches.counting import Batch, SearchCount

log = structlog.get_logger("searches")

EVERY_SECONDS: Final = 60.0
CALL_SECONDS: Final = 10.0
MOST_TRIES: Final = 60
"""Of one batch: then it is lost, so that one that catalog cannot take does not hold up all others."""
LAST_SECONDS: Final = 2.0
"""For all that is left at the end: nobody waits longer for a count."""


class SearchTeller:
    """Tells a batch until it is taken. What is counted meanwhile waits, in bounded memory, and is told after it."""

    def __init__(self, count: SearchCount, merchandising: Any, metrics: Metrics) -> None:
        self._count = count
        self._merchandising = merchandising
        self._metrics = metrics
        self._batch: Batch | None = None
        self._tries = 0

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.tell(CALL_SECONDS)

    async def finish(self) -> None:
        """All that is left, if catalog takes it at once."""
        if await self.tell(LAST_SECONDS):
            await self.tell(LAST_SECONDS)

    async def tell(self, seconds: float) -> bool:
        """One batch: the one that was refused last time, under the same id, or a new one. Whether it was taken."""
        self._batch = self._batch or self._count.take()
        if self._batch is None:
            return False
        try:
            with identity.acting_as(identity.service_caller("gateway")), deadline.within(seconds):
                await self._merchandising.RecordSearches(_request(self._batch))
        except EmporiumError as error:
            self._tries += 1
            is_lost = self._tries >= MOST_TRIES
            self._metrics.searches_told.labels("lost" if is_lost else "failed").inc()
            log.warning("searches.not_told", queries=len(self._batch.askers), tries=self._tries, error=str(error))
            if is_lost:
                self._batch, self._tries = None, 0
            return False
        self._metrics.searches_told.labels("told").inc()
        self._batch, self._tries = None, 0
        return True


def _request(batch: Batch) -> pb.RecordSearchesRequest:
    return pb.RecordSearchesRequest(
        batch_id=batch.id,
        askers_until=Timestamp(seconds=batch.askers_until),
        queries=[
            pb.SearchedQuery(channel=channel, locale=locale, text=text, askers=hashes)
            for (channel, locale, text), hashes in batch.askers.items()
        ],
    )
