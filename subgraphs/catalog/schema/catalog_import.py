"""Mutation.catalogImportStart and Mutation.catalogImportPartAdd."""

from base64 import b64decode

import strawberry
from emporium.catalog.v1 import job_pb2 as pb
from emporium.common.v1 import outcome_pb2

from chassis.graph import CATALOG_MANAGER, CurrencyCode, mutation
from chassis.wire import user_error
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.job import JobPayload


@strawberry.input
class CatalogImportStartInput:
    """For what the file's lines leave out."""

    idempotency_key: strawberry.ID
    currency: CurrencyCode | None = strawberry.field(
        default=None, description="Of lines that name none; left out: the shop's."
    )
    quantity: int = strawberry.field(default=0, description="Units on hand of new SKUs whose line names none.")


@strawberry.input
class CatalogImportPartAddInput:
    """The next piece of the file; repeating one changes nothing."""

    job_id: strawberry.ID
    number: int = strawberry.field(description="From 1, in order.")
    content: str = strawberry.field(description="Base64 of up to 180,000 bytes, cut anywhere.")
    last: bool = strawberry.field(default=False, description="The file is complete: the import begins.")


@mutation(JobPayload, permission=CATALOG_MANAGER, admin=True)
async def catalog_import_start(ctx: CatalogContext, *, input: CatalogImportStartInput) -> pb.JobResponse:
    """Makes an import that waits for its file: JSONL or CSV, plain or gzip, in pieces by `catalogImportPartAdd`."""
    request = pb.StartCatalogImportRequest(
        currency_code=input.currency or "", quantity=input.quantity, idempotency_key=input.idempotency_key
    )
    return await ctx.jobs.StartCatalogImport(request)


@mutation(JobPayload, permission=CATALOG_MANAGER, admin=True)
async def catalog_import_part_add(ctx: CatalogContext, *, input: CatalogImportPartAddInput) -> pb.JobResponse:
    """Adds a piece to the file of an import, of products or of stock; the last one starts it."""
    try:
        content = b64decode(input.content, validate=True)
    except ValueError as error:  # also of characters that are not ASCII
        return pb.JobResponse(user_errors=[user_error(outcome_pb2.INVALID, f"it is no base64: {error}", ["content"])])
    request = pb.AddImportPartRequest(job_id=input.job_id, number=input.number, content=content, last=input.last)
    return await ctx.jobs.AddImportPart(request)
