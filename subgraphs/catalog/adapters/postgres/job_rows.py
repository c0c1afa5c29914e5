"""From rows to jobs, and what belongs to a job whoever touches it."""

from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.catalog.domain.job import Job, JobKind, JobLost, JobProgress, JobState

COLUMNS = """job.id, job.kind, job.state, job.actor, job.input, job.checkpoint, job.done, job.total, job.failed,
    job.created, job.updated, job.unchanged, job.fraction, job.parts_in, job.bytes_in, job.parts_out, job.bytes_out,
    job.epoch, job.attempts, job.error, job.created_at, job.started_at, job.finished_at"""
MINE = "SELECT id FROM jobs WHERE id = %s AND epoch = %s AND state = 'RUNNING' FOR UPDATE"


async def fence(tx: Connection, job: Job) -> None:
    """Holds the job until the transaction ends. Raises JobLost when it is no longer this worker's."""
    if await (await tx.execute(MINE, [job.id, job.epoch])).fetchone() is None:
        raise JobLost(job.id)


def job_from(row: DictRow) -> Job:
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        actor=row["actor"],
        progress=JobProgress(
            done=row["done"],
            total=row["total"],
            failed=row["failed"],
            created=row["created"],
            updated=row["updated"],
            unchanged=row["unchanged"],
            fraction=row["fraction"],
        ),
        input=row["input"],
        checkpoint=row["checkpoint"],
        error=row["error"],
        parts_in=row["parts_in"],
        bytes_in=row["bytes_in"],
        parts_out=row["parts_out"],
        bytes_out=row["bytes_out"],
        epoch=row["epoch"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )
