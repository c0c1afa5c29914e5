"""The GraphQL type Job, for staff."""

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from emporium.catalog.v1 import job_pb2 as pb

from chassis.graph import (
    CATALOG_MANAGER,
    Long,
    UserError,
    attribute,
    batched,
    connection,
    enum_of,
    page_request,
    type_,
)
from subgraphs.catalog.schema.context import CatalogContext


@enum_of(pb.JobKind)
class JobKind(Enum):
    """What a job does."""

    CATALOG_IMPORT = pb.CATALOG_IMPORT
    CATALOG_EXPORT = pb.CATALOG_EXPORT
    SEARCH_INDEX_REBUILD = pb.SEARCH_INDEX_REBUILD
    STOCK_IMPORT = pb.STOCK_IMPORT


@enum_of(pb.JobState)
class JobState(Enum):
    """RECEIVING its file, QUEUED, RUNNING, then one of the other three. A job that stumbles is QUEUED again."""

    RECEIVING = pb.JOB_RECEIVING
    QUEUED = pb.JOB_QUEUED
    RUNNING = pb.JOB_RUNNING
    COMPLETED = pb.JOB_COMPLETED
    FAILED = pb.JOB_FAILED
    CANCELLED = pb.JOB_CANCELLED


@type_(pb.JobProgress, permission=CATALOG_MANAGER, admin=True)
class JobProgress:
    """How far a job came, in lines of its file or in products."""

    done: Long
    total: Long | None = attribute(description="Null while a file is being read: its lines are not counted before.")
    failed: Long = attribute(description="Lines that are not in the catalogue; `errors` says why.")
    created: Long
    updated: Long
    unchanged: Long
    fraction: float = attribute(description="0 to 1.")


@type_(pb.JobFile, permission=CATALOG_MANAGER, admin=True)
class JobFile:
    """The file that a job made: the pieces 1 to `partCount` of `jobFilePart`, one after another."""

    name: str
    part_count: int
    byte_count: Long
    expires_at: datetime = attribute(description="When it is deleted.")


@type_(pb.JobError, permission=CATALOG_MANAGER, admin=True)
class JobError:
    """A line that is not in the catalogue, and how to mend it."""

    line: Long
    external_reference: str = attribute(description="The product's, as far as the line tells it.")
    field: str
    message: str
    remedy: str


JobErrorConnection = connection(
    JobError, pb.JobErrorPage, name="JobErrorConnection", permission=CATALOG_MANAGER, admin=True
)


@type_(pb.Job, permission=CATALOG_MANAGER, admin=True)
class Job:
    """Long work in the background. It survives restarts: what is done is done once, the rest is gone on with."""

    id: strawberry.ID
    kind: JobKind
    state: JobState
    actor: str = attribute(description='Who started it: "user:usr_…" or "service:…".')
    progress: JobProgress
    error: str | None = attribute(description="Why it failed, or why it waits before it is tried again.")
    received_parts: int = attribute(description="Pieces of its file so far.")
    file: JobFile | None = attribute(description="What it made; null until it is complete.")
    dry_run: bool = attribute(
        description="It only tells what would come of it: `progress` counts what would be changed."
    )
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @batched(JobErrorConnection)
    @staticmethod
    async def errors(
        jobs: list[pb.Job], ctx: CatalogContext, *, first: int = 20, after: str | None = None
    ) -> list[Any]:
        """Lines that are not in the catalogue, in the order they were found."""
        request = pb.BatchListJobErrorsRequest(job_ids=[job.id for job in jobs], page=page_request(first, after))
        return list((await ctx.jobs.BatchListJobErrors(request)).pages)


@type_(pb.JobResponse, permission=CATALOG_MANAGER, admin=True)
class JobPayload:
    """The job as it is now."""

    job: Job | None
    user_errors: list[UserError]
