"""Watches over the search engine: sees it go and come back, and builds an index where none or an outdated one is."""

import asyncio
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app.ports import EngineHealth, IndexEntries, IndexStore
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from subgraphs.catalog.domain.errors import SearchEngineAway

log = structlog.get_logger("index")

EVERY_SECONDS = 0.5
FORGOTTEN_EVERY = 60
"""Rounds between two looks for changes whose event never came."""


@dataclass(frozen=True)
class KeepIndex:
    """Background work. Searches go to the engine only while its index is known to be whole."""

    store: IndexStore
    entries: IndexEntries
    health: EngineHealth
    rebuild: RebuildIndex

    async def run(self) -> None:
        rounds = 0
        while True:
            try:
                await self.look()
            except SearchEngineAway as away:
                self.health.lost(away.message)
            if rounds % FORGOTTEN_EVERY == 0:
                forgotten = await self.entries.note_forgotten()
                if forgotten:
                    log.warning("index.forgotten", products=forgotten)
            rounds += 1
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """One round. Raises SearchEngineAway."""
        if await self.store.live_digest() == self.store.digest:
            if not self.health.ready:
                self.health.recovered()
                log.info("index.ready")
            return
        self.health.lost("The search index is being built.")
        await self.rebuild.rebuild()
