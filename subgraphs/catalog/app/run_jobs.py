"""The worker: claims jobs, keeps their lease while they run, and says how they ended."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from chassis import identity
from chassis.errors import EmporiumError, Unavailable
from chassis.identity import Caller, service_caller
from chassis.tasks import ended
from chassis.waking import Waking
from subgraphs.catalog.app.job_ports import JobQueue, Work
from subgraphs.catalog.app.sight import EDITOR
from subgraphs.catalog.domain.job import Job, JobBroken, JobKind, JobLost

log = structlog.get_logger("jobs")

TIDY_SECONDS = 600.0
MOST_ATTEMPTS = 8
"""Without any progress in between; the pauses add up to about four minutes."""
LONGEST_PAUSE = 60.0
ITS_FAULT = "it stopped {attempts} times without getting any further, the last time so: {error}"
CRASHED = "the process that worked on it ended"


@dataclass(frozen=True)
class RunJobs:
    """Background work; any number of processes may do it at once, each a few jobs beside each other."""

    queue: JobQueue
    work: Mapping[JobKind, Work]
    slots: int
    lease_seconds: float
    waking: Waking

    async def run(self) -> None:
        """Until cancelled; then gives back what it has."""
        free = asyncio.Semaphore(self.slots)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tidy_on())
            while True:
                await free.acquire()
                job = await self._claimed()
                group.create_task(self._in_slot(job)).add_done_callback(lambda _: free.release())

    async def _claimed(self) -> Job:
        """The next job there is; one claimer for all slots."""
        while True:
            try:
                job = await self.queue.claim(self.lease_seconds)
                if job is not None:
                    return job
                await self.waking.again()
            except Unavailable as error:
                log.warning("job.waiting", error=str(error))
                await asyncio.sleep(self.lease_seconds / 3)

    async def _in_slot(self, job: Job) -> None:
        try:
            await self._do(job)
        except Unavailable as error:
            # It goes on when its lease is over.
            log.warning("job.waiting", error=str(error))
            await asyncio.sleep(self.lease_seconds / 3)

    async def _tidy_on(self) -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await self.queue.tidy()
            await asyncio.sleep(TIDY_SECONDS)

    async def _do(self, job: Job) -> None:
        log.info("job.started", job=job.id, kind=job.kind, attempt=job.attempts)
        try:
            if job.attempts > MOST_ATTEMPTS:
                # Whoever had it last did not live to tell why.
                error = ITS_FAULT.format(attempts=job.attempts - 1, error=job.error or CRASHED)
                await self.queue.fail(job, error)
                return
            with identity.acting_as(_as_actor(job)):
                await self._with_lease(job)
            await self.queue.complete(job)
            log.info("job.completed", job=job.id, kind=job.kind)
        except JobLost:
            log.info("job.lost", job=job.id, kind=job.kind)
        except JobBroken as broken:
            await self._ended(job, str(broken))
        except asyncio.CancelledError:
            with contextlib.suppress(Exception):
                await self.queue.release(job)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the job is tried again or fails
            await self._stumbled(job, error)

    async def _with_lease(self, job: Job) -> None:
        """Raises JobLost as soon as another worker has it, also while it works on something long."""
        working = asyncio.ensure_future(self.work[job.kind](job))
        keeping = asyncio.create_task(self._keep(job))
        try:
            await asyncio.wait((working, keeping), return_when=asyncio.FIRST_COMPLETED)
            if keeping.done() and not working.done():
                keeping.result()
            await working
        finally:
            await ended(working, keeping)

    async def _keep(self, job: Job) -> None:
        while True:
            await asyncio.sleep(self.lease_seconds / 3)
            try:
                await self.queue.keep(job, self.lease_seconds)
            except EmporiumError as error:
                # The database may be back before the lease is over; if not, somebody else goes on.
                log.warning("job.lease_not_kept", job=job.id, error=str(error))

    async def _stumbled(self, job: Job, error: Exception) -> None:
        """What passes by itself is tried again; so is what nobody foresaw, but not for ever."""
        foreseen = isinstance(error, EmporiumError) and error.status != "INTERNAL"
        told = str(error) if foreseen else f"internal error {type(error).__name__}; the log has the details"
        log.warning("job.stumbled", job=job.id, kind=job.kind, attempt=job.attempts, exc_info=not foreseen, error=told)
        if job.attempts >= MOST_ATTEMPTS:
            await self._ended(job, ITS_FAULT.format(attempts=job.attempts, error=told))
            return
        with contextlib.suppress(JobLost):
            await self.queue.retry(job, told, min(2.0 ** (job.attempts - 1), LONGEST_PAUSE))

    async def _ended(self, job: Job, error: str) -> None:
        log.warning("job.failed", job=job.id, kind=job.kind, error=error)
        with contextlib.suppress(JobLost):
            await self.queue.fail(job, error)


def _as_actor(job: Job) -> Caller:
    """What a job changes, its starter changed."""
    kind, _, name = job.actor.partition(":")
    if kind == "service":
        return service_caller(name)
    return Caller(service="catalog", user_id=name, roles=frozenset({EDITOR}), request_id=job.id)
