"""Query.searchIndex and Mutation.searchIndexRebuild, for staff."""

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import job_pb2

from chassis.graph import CATALOG_MANAGER, Long, attribute, mutation, query, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.job import JobPayload


@type_(pb.GetIndexStatusResponse, permission=CATALOG_MANAGER, admin=True)
class SearchIndexStatus:
    """Where the search index stands."""

    available: bool = attribute(description="Whether the search engine answers searches.")
    product_count: Long = attribute(description="Published products.")
    indexed_count: Long = attribute(description="Of them searchable.")
    pending_count: Long = attribute(description="Changes that searches do not show yet.")
    lag_seconds: float = attribute(description="Age of the oldest of them; 0 when there is none.")
    refused_count: Long = attribute(description="Products whose latest change the search engine refused.")


@strawberry.input
class SearchIndexRebuildInput:
    """A repeated key answers with its job."""

    idempotency_key: strawberry.ID


@query(SearchIndexStatus, permission=CATALOG_MANAGER, admin=True)
async def search_index(ctx: CatalogContext) -> pb.GetIndexStatusResponse:
    """Where the search index stands."""
    return await ctx.catalog.GetIndexStatus(pb.GetIndexStatusRequest())


@mutation(JobPayload, permission=CATALOG_MANAGER, admin=True)
async def search_index_rebuild(ctx: CatalogContext, *, input: SearchIndexRebuildInput) -> job_pb2.JobResponse:
    """Starts to build the index anew behind its alias; searches and writes go on meanwhile."""
    request = job_pb2.StartSearchIndexRebuildRequest(idempotency_key=input.idempotency_key)
    return await ctx.jobs.StartSearchIndexRebuild(request)
