"""Watches over the search engine: sees it go and come back, and builds an index where none or an outdated one is."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app import index_metrics
from subgraphs.catalog.app.index_ports import IndexEntries, IndexRebuilds, IndexStore
from subgraphs.catalog.app.ports import EngineHealth
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from subgraphs.catalog.domain.errors import SearchEngineAway

log = structlog.get_logger("index")

EVERY_SECONDS = 0.5
FORGOTTEN_EVERY = 60
"""Rounds between two looks for changes whose event never came."""
ABANDONED_EVERY = 60
"""Rounds between two looks for an index that was given up half made; who goes on with one has begun by then."""
MEASURED_EVERY = 4
"""Rounds between two looks at the lag."""
FOREIGN = "The search index belongs to another catalogue."


@dataclass(frozen=True)
class KeepIndex:
    """Background work. Searches go to the engine only while its index is known to be whole."""

    store: IndexStore
    entries: IndexEntries
    health: EngineHealth
    rebuild: RebuildIndex
    rebuilds: IndexRebuilds

    async def run(self) -> None:
        rounds, looked_to = 0, ""
        while True:
            try:
                await self.look()
            except SearchEngineAway as away:
                self.health.lost(away.message)
            if rounds % FORGOTTEN_EVERY == 0:
                forgotten, looked_to = await self.entries.note_forgotten(looked_to)
                if forgotten:
                    log.warning("index.forgotten", products=forgotten)
            if rounds % MEASURED_EVERY == 0:
                await self._measure()
            rounds += 1
            if rounds % ABANDONED_EVERY == 0 and self.health.ready:
                await self._tidy()
            await asyncio.sleep(EVERY_SECONDS)

    async def _tidy(self) -> None:
        with suppress(SearchEngineAway):
            await self.rebuild.drop_abandoned()

    async def _measure(self) -> None:
        lag = await self.entries.lag()
        index_metrics.OLDEST.set(lag.seconds)
        index_metrics.REFUSED.set(lag.refused)
        index_metrics.READY.set(self.health.ready)

    async def look(self) -> None:
        """One round. Raises SearchEngineAway."""
        live = await self.store.live()
        foreign = set(live) - await self.rebuilds.made_here(live)
        if foreign:
            # To write into it, or to replace it unasked, could be the end of another shop's search.
            if self.health.ready or self.health.why != FOREIGN:
                log.error(
                    "index.foreign", index=", ".join(foreign), remedy="ELASTICSEARCH_INDEX, or emporium catalog reindex"
                )
            self.health.lost(FOREIGN)
            return
        current = len(live) == 1 and self.store.is_current(live[0])
        if current or (len(live) == 1 and await self.store.fits(live[0])):
            if not self.health.ready:
                self.health.recovered()
                log.info("index.ready" if current else "index.outdated", index=live[0])
        else:
            self.health.lost("The search index is being built.")
        if not current:
            await self.rebuild.rebuild()
