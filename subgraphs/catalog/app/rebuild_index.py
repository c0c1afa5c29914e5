"""Builds the search index anew from the database, behind its alias, while shoppers search and staff write."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from chassis.ids import new_id
from subgraphs.catalog.app.index_ports import DocumentEmbeddings, IndexRebuilds, IndexSource, IndexStore, Rebuilt
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.errors import RebuildRunning
from subgraphs.catalog.domain.index_document import IndexDocument

log = structlog.get_logger("index")

BATCH = 500


async def told_nobody(products: int) -> None:
    """Nobody follows."""


@dataclass(frozen=True)
class RebuildIndex:
    """Resumable: an index in the making goes on where it was left."""

    source: IndexSource
    store: IndexStore
    rebuilds: IndexRebuilds
    alias: str
    embeddings: DocumentEmbeddings

    async def __call__(self) -> Rebuilt:
        """Raises RebuildRunning while another one does it."""
        require_editor()
        # A caller that hangs up does not stop it halfway.
        rebuilt = await asyncio.shield(asyncio.create_task(self.rebuild()))
        if rebuilt is None:
            raise RebuildRunning
        return rebuilt

    async def rebuild(self, reached: Callable[[int], Awaitable[None]] = told_nobody) -> Rebuilt | None:
        """None when another process is at it. `reached` is told of every stretch how many products it has."""
        async with self.rebuilds.alone() as mine:
            if not mine:
                return None
            name, copied_to = await self._target()
            log.info("index.rebuilding", index=name, after=copied_to)
            # Younger products are changes like any other, which are written into an index in the making too: a rebuild
            # that went on to them would follow an import to its end, and all of it would be written twice.
            last = await self.source.last()
            while documents := await self._documents(copied_to, last):
                await self.store.fill(name, documents)
                await self.rebuilds.reached(name, documents)
                await self.embeddings.indexed(documents)
                copied_to = documents[-1].id
                await reached(len(documents))
            await self.store.promote(name)
            await self.rebuilds.finished(name)
            count = await self.store.count()
            log.info("index.rebuilt", index=name, products=count)
            return Rebuilt(index_name=name, indexed_count=count)

    async def _documents(self, after: str, last: str) -> Sequence[IndexDocument]:
        return await self.embeddings.attach(await self.source.documents_after(after, last, BATCH))

    async def drop_abandoned(self) -> None:
        """An index in the making that nobody works on, nor is about to: every write would be made twice, for nothing.
        Raises SearchEngineAway."""
        async with self.rebuilds.alone() as mine:
            if mine and not await self.rebuilds.planned():
                dropped = await self.store.drop_making()
                if dropped:
                    log.info("index.abandoned", index=", ".join(dropped))

    async def _target(self) -> tuple[str, str]:
        unfinished = await self.rebuilds.unfinished(self.store.digest)
        if unfinished and await self.store.exists(unfinished[0]):
            return unfinished
        name = f"{self.alias}-{self.store.digest}-{new_id('idx').removeprefix('idx_')[:20]}"
        await self.store.create(name)
        await self.rebuilds.began(name, self.store.digest)
        return name, ""
