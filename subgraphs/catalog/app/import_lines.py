"""Does an import: reads the file's pieces, writes its batches, goes on where an earlier worker stopped."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from chassis.tasks import ended
from subgraphs.catalog.app.job_ports import IN, ImportedFile, ImportEffects, Jobs
from subgraphs.catalog.domain.catalog_file.batches import ImportFile
from subgraphs.catalog.domain.catalog_file.record import Defaults
from subgraphs.catalog.domain.job import Job, JobBroken
from subgraphs.catalog.domain.stock_file import StockFile

B = TypeVar("B")


def catalog_file(job: Job) -> ImportFile:
    """From where the job stands."""
    asked: Any = job.input
    return ImportFile(Defaults(currency=asked["currency"], quantity=asked["quantity"]), after_line=_reached(job))


def stock_file(job: Job) -> StockFile:
    """From where the job stands."""
    return StockFile(after_line=_reached(job))


def _reached(job: Job) -> int:
    reached: Any = job.checkpoint
    return reached.get("line", 0)


@dataclass(frozen=True)
class ImportLines(Generic[B]):
    """One batch is written while the next one is read. Batches are written in the file's order."""

    jobs: Jobs
    effects: ImportEffects[B]
    file_of: Callable[[Job], ImportedFile[B]]
    afterwards: Callable[[Job], Awaitable[None]] | None = None
    """When all is written; again where a worker stopped between it and the job's end."""

    async def __call__(self, job: Job) -> None:
        """Raises JobLost, and JobBroken for a file that cannot be read on: what stands before that is in."""
        file = self.file_of(job)
        writing: asyncio.Task[None] | None = None
        try:
            async with aclosing(self._batches(job, file)) as batches:
                async for batch in batches:
                    if writing is not None:
                        await writing
                    writing = asyncio.create_task(self.effects.write(job, batch))
            if writing is not None:
                await writing
            if self.afterwards is not None:
                await self.afterwards(job)
        except JobBroken:
            if writing is not None:
                await writing
            for batch in file.rest():
                await self.effects.write(job, batch)
            raise
        finally:
            if writing is not None:
                await ended(writing)

    async def _batches(self, job: Job, file: ImportedFile[B]) -> AsyncGenerator[B]:
        for number in range(1, job.parts_in + 1):
            piece = await self.jobs.part(job.id, IN, number)
            if piece is None:
                raise JobBroken(f"Part {number} of the file is gone; import the file again.")
            # In a thread: a second of parsing would otherwise be a second in which no shopper is answered.
            async for batch in _threaded(file.feed(piece)):
                yield batch
        async for batch in _threaded(file.finish()):
            yield batch


async def _threaded(batches: Iterator[B]) -> AsyncGenerator[B]:
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        yield batch
