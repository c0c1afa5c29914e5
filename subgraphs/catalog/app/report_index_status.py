"""Where the read model stands."""

from dataclasses import dataclass

from subgraphs.catalog.app.index_ports import IndexEntries, IndexSource, IndexStatus, IndexStore
from subgraphs.catalog.app.ports import EngineHealth
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.errors import SearchEngineAway


@dataclass(frozen=True)
class ReportIndexStatus:
    """For staff and services."""

    source: IndexSource
    store: IndexStore
    entries: IndexEntries
    health: EngineHealth

    async def __call__(self) -> IndexStatus:
        require_editor()
        published, pending = await self.source.counts()
        lag = await self.entries.lag()
        try:
            indexed = await self.store.count() if self.health.ready else 0
        except SearchEngineAway:
            # A slow count says nothing about searches; the keeper and the searches themselves judge the engine.
            indexed = 0
        return IndexStatus(
            available=self.health.ready,
            product_count=published,
            indexed_count=indexed,
            pending_count=pending,
            lag_seconds=lag.seconds if pending else 0.0,
            refused_count=lag.refused,
        )
