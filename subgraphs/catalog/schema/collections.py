"""Query.collection and Query.collections."""

from typing import Any

import strawberry
from emporium.catalog.v1 import collection_pb2 as pb

from chassis.graph import PUBLIC, outcomes, page_request, query
from subgraphs.catalog.schema.categories import OneKeyWanted
from subgraphs.catalog.schema.collection import Collection, CollectionConnection
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.sharing import COLLECTION_BY_NAME, COLLECTIONS


@query(Collection | None, permission=PUBLIC, shared=COLLECTION_BY_NAME)
async def collection(ctx: CatalogContext, *, id: strawberry.ID | None = None, slug: str | None = None) -> Any:
    """One collection, by exactly one of its names. It answers while the search engine is away."""
    if (id is None) is (slug is None):
        raise OneKeyWanted(keys="id, slug")
    if id is not None:
        return (await Collection.by_id([id], ctx))[0]
    request = pb.BatchFindCollectionsRequest(slugs=[slug or ""], context=ctx.shop)
    return outcomes(await ctx.collections.BatchFindCollections(request))[0]


@query(CollectionConnection, permission=PUBLIC, shared=COLLECTIONS)
async def collections(ctx: CatalogContext, *, first: int = 20, after: str | None = None) -> pb.CollectionPage:
    """All collections, by name. Staff sees those that are not published too."""
    request = pb.ListCollectionsRequest(page=page_request(first, after), context=ctx.shop)
    return await ctx.collections.ListCollections(request)
