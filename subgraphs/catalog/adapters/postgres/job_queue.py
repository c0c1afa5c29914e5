"""Jobs as their workers see them: leased under an epoch, so that a worker thought dead writes nothing any more."""

from typing import LiteralString

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.job_rows import COLUMNS, job_from
from subgraphs.catalog.domain.job import RESULT_DAYS, Job, JobLost

CLAIM = f"""
UPDATE jobs AS job SET state = 'RUNNING', epoch = epoch + 1, leased_until = now() + make_interval(secs => %s),
    attempts = attempts + 1, started_at = coalesce(started_at, now())
WHERE id = (
    SELECT id FROM jobs WHERE state IN ('QUEUED', 'RUNNING') AND leased_until < now()
    ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING {COLUMNS}
"""  # noqa: S608 - of constants
WRITE = "UPDATE jobs SET {change} WHERE id = %s AND epoch = %s AND state = 'RUNNING'"
KEEP: LiteralString = "leased_until = now() + make_interval(secs => %s)"
REACH: LiteralString = """
    done = %s, total = %s, fraction = least(%s::float / greatest(%s, 1), 1), attempts = 0, error = NULL
"""
COMPLETE: LiteralString = "state = 'COMPLETED', finished_at = now(), error = NULL, fraction = 1"
FAIL: LiteralString = "state = 'FAILED', finished_at = now(), error = %s"
RETRY: LiteralString = """
    state = 'QUEUED', leased_until = now() + make_interval(secs => %s), error = %s, epoch = epoch + 1
"""
RELEASE: LiteralString = "leased_until = '-infinity', attempts = greatest(attempts - 1, 0), epoch = epoch + 1"
# The file it read is of no use any more; the one it made may be fetched for a while.
TIDY = """
WITH given_up AS (
    UPDATE jobs SET state = 'CANCELLED', finished_at = now(), error = 'its file was never complete'
    WHERE state = 'RECEIVING' AND created_at < now() - interval '1 day' RETURNING id
), read AS (
    DELETE FROM job_parts USING jobs WHERE job_id = jobs.id AND side = 'in'
    AND (jobs.finished_at IS NOT NULL OR jobs.id IN (SELECT id FROM given_up))
), expired AS (
    DELETE FROM job_parts USING jobs WHERE job_id = jobs.id AND side = 'out'
    AND jobs.finished_at < now() - make_interval(days => %s)
)
DELETE FROM jobs WHERE finished_at < now() - interval '30 days'
"""


class PostgresJobQueue:
    """Fills `app.job_ports.JobQueue`. Any number of processes may work on one queue."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def claim(self, lease_seconds: float) -> Job | None:
        """The oldest that waits, or whose worker has gone."""
        async with self._db.reading() as connection:
            row = await (await connection.execute(CLAIM, [lease_seconds])).fetchone()
        return job_from(row) if row else None

    async def keep(self, job: Job, lease_seconds: float) -> None:
        await self._write(KEEP, job, lease_seconds)

    async def reach(self, job: Job, done: int, total: int) -> None:
        await self._write(REACH, job, done, total, done, total)

    async def complete(self, job: Job) -> None:
        await self._write(COMPLETE, job)

    async def fail(self, job: Job, error: str) -> None:
        await self._write(FAIL, job, error)

    async def retry(self, job: Job, error: str, seconds: float) -> None:
        await self._write(RETRY, job, seconds, error)

    async def release(self, job: Job) -> None:
        await self._write(RELEASE, job)

    async def tidy(self) -> None:
        async with self._db.transaction() as tx:
            await tx.execute(TIDY, [RESULT_DAYS])

    async def _write(self, change: LiteralString, job: Job, *values: object) -> None:
        async with self._db.reading() as connection:
            done = await connection.execute(WRITE.format(change=change), [*values, job.id, job.epoch])
        if not done.rowcount:
            raise JobLost(job.id)
