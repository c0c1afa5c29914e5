"""Mutation.stockImportStart."""

import strawberry
from emporium.catalog.v1 import job_pb2 as pb

from chassis.graph import CATALOG_MANAGER, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.job import JobPayload


@strawberry.input
class StockImportStartInput:
    """A repeated key answers with its job."""

    idempotency_key: strawberry.ID
    dry_run: bool = strawberry.field(
        default=False,
        description="The job tells what would come of each batch of 500 lines by itself, and changes no stock.",
    )


@mutation(JobPayload, permission=CATALOG_MANAGER, admin=True)
async def stock_import_start(ctx: CatalogContext, *, input: StockImportStartInput) -> pb.JobResponse:
    """Makes an import of stock that waits for its file, which `catalogImportPartAdd` brings: CSV, plain or gzip, with
    the columns sku, location (empty: default), quantity or delta, and perhaps reason. Each line is counted once, also
    when a process dies meanwhile."""
    request = pb.StartStockImportRequest(idempotency_key=input.idempotency_key, dry_run=input.dry_run)
    return await ctx.jobs.StartStockImport(request)
