"""Mutation.jobCancel."""

import strawberry
from emporium.catalog.v1 import job_pb2 as pb

from chassis.graph import CATALOG_MANAGER, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.job import JobPayload


@strawberry.input
class JobCancelInput:
    """Which job."""

    id: strawberry.ID


@mutation(JobPayload, permission=CATALOG_MANAGER, admin=True)
async def job_cancel(ctx: CatalogContext, *, input: JobCancelInput) -> pb.JobResponse:
    """Stops a job that has not ended. What it has done stays done."""
    return await ctx.jobs.CancelJob(pb.CancelJobRequest(id=input.id))
