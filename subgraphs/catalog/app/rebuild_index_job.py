"""The rebuild of the search index as a job: the rebuild itself remembers how far it came."""

from dataclasses import dataclass

from subgraphs.catalog.app.index_ports import IndexSource
from subgraphs.catalog.app.job_ports import JobQueue
from subgraphs.catalog.app.rebuild_index import RebuildIndex
from subgraphs.catalog.domain.errors import RebuildRunning
from subgraphs.catalog.domain.job import Job


@dataclass(frozen=True)
class RebuildIndexJob:
    """Tells how many products are in the new index."""

    rebuild: RebuildIndex
    source: IndexSource
    queue: JobQueue

    async def __call__(self, job: Job) -> None:
        """Raises JobLost; RebuildRunning while somebody else rebuilds; SearchEngineAway."""
        total, _ = await self.source.counts()
        done = job.progress.done

        async def reached(products: int) -> None:
            nonlocal done
            done += products
            await self.queue.reach(job, done, max(total, done))

        if await self.rebuild.rebuild(reached) is None:
            raise RebuildRunning
