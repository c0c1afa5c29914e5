"""Carries changed products into the search index, in batches."""

import asyncio
from dataclasses import dataclass

import structlog

from subgraphs.catalog.app import index_metrics
from subgraphs.catalog.app.index_ports import DocumentEmbeddings, IndexEntries, IndexSource, IndexStore
from subgraphs.catalog.app.ports import EngineHealth
from subgraphs.catalog.domain.errors import SearchEngineAway

log = structlog.get_logger("index")

BATCH = 1000
AT_ONCE = 2
"""Batches of a backlog: one is read from the database while the engine takes another."""
GATHER_SECONDS = 0.1
"""Between two batches, each of which the engine makes visible: to do so for each change of a busy shop would cost
more than it shows."""
MANY = 100
"""Products of a batch: an import is under way."""
GATHER_MANY_SECONDS = 0.4


@dataclass(frozen=True)
class IndexProducts:
    """Background work; any number of processes may do it at once. While the engine is away changes wait."""

    entries: IndexEntries
    source: IndexSource
    store: IndexStore
    health: EngineHealth
    embeddings: DocumentEmbeddings

    async def run(self) -> None:
        async for _ in self.entries.changes():
            if self.health.ready:
                await self._drain()

    async def _drain(self) -> None:
        indexed = 0
        try:
            indexed = await self.index_batch()
            if indexed == BATCH:
                async with asyncio.TaskGroup() as backlog:
                    for _ in range(AT_ONCE):
                        backlog.create_task(self._work_off())
        except* SearchEngineAway as away:
            self.health.lost(str(away.exceptions[0]))
            log.warning("index.waiting", error=str(away.exceptions[0]))
        if indexed:
            await asyncio.sleep(GATHER_SECONDS if indexed < MANY else GATHER_MANY_SECONDS)

    async def _work_off(self) -> None:
        """What comes after the last full batch is announced by itself."""
        while await self.index_batch() == BATCH:
            pass

    async def index_batch(self) -> int:
        """Makes searches show what waits, at most a batch; returns how many products it took on."""
        ids = await self.entries.claim(BATCH)
        if not ids:
            return 0
        try:
            documents = await self.embeddings.attach(await self.source.documents(ids))
            failures = await self.store.write(documents)
        except BaseException:
            await self.entries.release(ids)
            raise
        if failures:
            product_id, why = next(iter(failures.items()))
            log.error("index.refused", products=len(failures), example=product_id, error=why)
        written = {each.id: each.version for each in documents if each.id not in failures}
        for seconds in await self.entries.settle(written, failures):
            index_metrics.SHOWN.observe(seconds)
        gone = set(ids).difference(each.id for each in documents)
        if gone:
            await self.entries.forget(sorted(gone))
        await self.embeddings.indexed(documents)
        return len(ids)
