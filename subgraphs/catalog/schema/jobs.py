"""Query.job, Query.jobs and Query.jobFilePart, for staff."""

from base64 import b64encode
from typing import Any

import strawberry
from emporium.catalog.v1 import job_pb2 as pb

from chassis.graph import CATALOG_MANAGER, computed, connection, outcomes, page_request, query, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.job import Job, JobKind, JobState

JobConnection = connection(Job, pb.JobPage, name="JobConnection", permission=CATALOG_MANAGER, admin=True)


@type_(pb.JobFilePart, permission=CATALOG_MANAGER, admin=True)
class JobFilePart:
    """One piece of a file."""

    @computed(str)
    @staticmethod
    def content(part: pb.JobFilePart) -> str:
        """Base64. The pieces of a file, decoded and put together, are one gzip file."""
        return b64encode(part.content).decode()


@query(Job | None, permission=CATALOG_MANAGER, admin=True)
async def job(ctx: CatalogContext, *, id: strawberry.ID) -> Any:
    """One job, whoever started it."""
    return outcomes(await ctx.jobs.BatchGetJobs(pb.BatchGetJobsRequest(ids=[id])))[0]


@query(JobConnection, permission=CATALOG_MANAGER, admin=True)
async def jobs(
    ctx: CatalogContext,
    *,
    kind: JobKind | None = None,
    state: JobState | None = None,
    first: int = 20,
    after: str | None = None,
) -> pb.JobPage:
    """Jobs, newest first; they are kept for 30 days after their end."""
    request = pb.ListJobsRequest(
        kind=kind.value if kind else None, state=state.value if state else None, page=page_request(first, after)
    )
    return await ctx.jobs.ListJobs(request)


@query(JobFilePart, permission=CATALOG_MANAGER, admin=True)
async def job_file_part(ctx: CatalogContext, *, job_id: strawberry.ID, number: int) -> pb.JobFilePart:
    """A piece of the file that a job made, from 1 to its `partCount`."""
    return await ctx.jobs.GetJobFilePart(pb.GetJobFilePartRequest(job_id=job_id, number=number))
