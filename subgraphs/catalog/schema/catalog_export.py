"""Mutation.catalogExportStart."""

from enum import Enum

import strawberry
from emporium.catalog.v1 import job_pb2 as pb

from chassis.graph import CATALOG_MANAGER, enum_of, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.job import JobPayload


@enum_of(pb.CatalogFormat)
class CatalogFormat(Enum):
    """JSONL holds everything exactly; CSV has one row a variant, for spreadsheets."""

    JSONL = pb.CATALOG_JSONL
    CSV = pb.CATALOG_CSV


@strawberry.input
class CatalogExportStartInput:
    """What is to be written."""

    idempotency_key: strawberry.ID
    format: CatalogFormat = CatalogFormat.JSONL


@mutation(JobPayload, permission=CATALOG_MANAGER, admin=True)
async def catalog_export_start(ctx: CatalogContext, *, input: CatalogExportStartInput) -> pb.JobResponse:
    """Writes all products to a file that an import takes: variants, prices, units on hand, categories, unpublished ones
    too. Fetch it by `jobFilePart` once the job is complete."""
    request = pb.StartCatalogExportRequest(format=input.format.value, idempotency_key=input.idempotency_key)
    return await ctx.jobs.StartCatalogExport(request)
