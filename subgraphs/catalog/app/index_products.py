"""Carries changed products into the search index, in batches."""

import asyncio
from dataclasses import dataclass, field

import structlog

from subgraphs.catalog.app import index_metrics
from subgraphs.catalog.app.index_ports import DocumentEmbeddings, IndexEntries, IndexSource, IndexStore
from subgraphs.catalog.app.ports import EngineHealth
from subgraphs.catalog.domain.errors import SearchEngineAway

log = structlog.get_logger("index")

BATCH = 1000
TOGETHER = 4
"""Batches of a backlog that are made visible at once. Each time makes a segment, and small segments are merged again
and again: half of what the engine did for an import."""
AT_ONCE = 2
"""Batches of a backlog: one is read from the database while the engine takes another."""
GATHER_SECONDS = 0.1
"""Between two looks at least: to make visible each change of a busy shop would cost more than it shows."""
GATHER_A_PRODUCT, LONGEST_GATHER = 0.001, 1.0
"""Seconds for each product of the last look: an import comes by the thousand."""


@dataclass(kw_only=True)
class _Taken:
    """What was claimed and is not settled yet."""

    ids: list[str] = field(default_factory=list[str])
    written: dict[str, int] = field(default_factory=dict[str, int])
    """Version by id."""
    failures: dict[str, str] = field(default_factory=dict[str, str])
    gone: set[str] = field(default_factory=set[str])
    engine: asyncio.Lock = field(default_factory=asyncio.Lock)
    """It takes one batch at a time: two beside each other would become a segment each."""


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
            # What comes after the last full round is announced by itself.
            while (indexed := await self.index_waiting()) >= TOGETHER * BATCH:
                pass
        except* SearchEngineAway as away:
            self.health.lost(str(away.exceptions[0]))
            log.warning("index.waiting", error=str(away.exceptions[0]))
        if indexed:
            await asyncio.sleep(min(max(GATHER_SECONDS, indexed * GATHER_A_PRODUCT), LONGEST_GATHER))

    async def index_waiting(self) -> int:
        """Makes searches show what waits, a few batches of it at most; returns how many products it took on."""
        taken = _Taken()
        try:
            if await self._take(taken, alone=True) == BATCH:
                async with asyncio.TaskGroup() as backlog:
                    for _ in range(AT_ONCE):
                        backlog.create_task(self._take_more(taken))
                await self.store.show()
        except BaseException:
            await self.entries.release(taken.ids)
            raise
        if taken.ids:
            await self._settle(taken)
        return len(taken.ids)

    async def _take_more(self, taken: _Taken) -> None:
        while len(taken.ids) < TOGETHER * BATCH and await self._take(taken, alone=False) == BATCH:
            pass

    async def _take(self, taken: _Taken, *, alone: bool) -> int:
        """Writes a batch; one that stays alone is shown by the same call."""
        ids = await self.entries.claim(BATCH)
        taken.ids += ids
        if not ids:
            return 0
        documents = await self.embeddings.attach(await self.source.documents(ids))
        async with taken.engine:
            failures = await self.store.write(documents, shown=alone and len(ids) < BATCH)
        taken.failures |= failures
        taken.written |= {each.id: each.version for each in documents if each.id not in failures}
        taken.gone |= set(ids).difference(each.id for each in documents)
        await self.embeddings.indexed(documents)
        return len(ids)

    async def _settle(self, taken: _Taken) -> None:
        if taken.failures:
            product_id, why = next(iter(taken.failures.items()))
            log.error("index.refused", products=len(taken.failures), example=product_id, error=why)
        for seconds in await self.entries.settle(taken.written, taken.failures):
            index_metrics.SHOWN.observe(seconds)
        if taken.gone:
            await self.entries.forget(sorted(taken.gone))
