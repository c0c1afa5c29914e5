"""Query.searchIndex and Mutation.searchIndexRebuild, for staff."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, attribute, mutation, query, type_
from subgraphs.catalog.schema.context import CatalogContext

REBUILD_SECONDS = 600


@type_(pb.GetIndexStatusResponse, permission=CATALOG_MANAGER, admin=True)
class SearchIndexStatus:
    """Where the search index stands."""

    available: bool = attribute(description="Whether the search engine answers searches.")
    product_count: Long = attribute(description="Published products.")
    indexed_count: Long = attribute(description="Of them searchable.")
    pending_count: Long = attribute(description="Changes that searches do not show yet.")


@type_(pb.RebuildIndexResponse, permission=CATALOG_MANAGER, admin=True)
class SearchIndexRebuildPayload:
    """The new index."""

    index_name: str
    indexed_count: Long


@query(SearchIndexStatus, permission=CATALOG_MANAGER, admin=True)
async def search_index(ctx: CatalogContext) -> pb.GetIndexStatusResponse:
    """Where the search index stands."""
    return await ctx.catalog.GetIndexStatus(pb.GetIndexStatusRequest())


@mutation(SearchIndexRebuildPayload, permission=CATALOG_MANAGER, admin=True)
async def search_index_rebuild(ctx: CatalogContext) -> pb.RebuildIndexResponse:
    """Builds the index anew behind its alias; searches and writes go on meanwhile."""
    return await ctx.catalog.RebuildIndex(pb.RebuildIndexRequest(), timeout=REBUILD_SECONDS)
