"""Query.product, and Query.products for staff."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, PUBLIC, outcomes, page_request, query
from subgraphs.catalog.schema.categories import OneKeyWanted
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.search import ProductSort, SearchConnection, SearchWhere
from subgraphs.catalog.schema.sharing import PRODUCT_BY_NAME


@query(Product | None, permission=PUBLIC, shared=PRODUCT_BY_NAME)
async def product(
    ctx: CatalogContext,
    *,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    external_reference: str | None = None,
) -> Any:
    """One product, by exactly one of its names."""
    given = [name for name in (id, slug, external_reference) if name is not None]
    if len(given) != 1:
        raise OneKeyWanted(keys="id, slug, externalReference")
    key = pb.ProductKey(id=id, slug=slug, external_reference=external_reference)
    request = pb.BatchFindProductsRequest(keys=[key], context=ctx.shop)
    return outcomes(await ctx.catalog.BatchFindProducts(request))[0]


@query(SearchConnection, permission=CATALOG_MANAGER, admin=True)
async def products(
    ctx: CatalogContext,
    *,
    query: str = "",
    where: SearchWhere | None = None,
    sort_by: ProductSort | None = None,
    first: int = 20,
    after: str | None = None,
) -> pb.SearchProductsResponse:
    """All products, unpublished ones included, straight from the database."""
    chosen = where.message(ctx) if where else pb.SearchFilter()
    chosen.include_unpublished = True
    request = pb.SearchProductsRequest(
        query=query,
        filter=chosen,
        sort_field=sort_by.field.value if sort_by else None,
        sort_direction=sort_by.direction.value if sort_by else None,
        page=page_request(first, after),
        context=ctx.shop,
        want_facets=ctx.requested("facets"),
        want_total=ctx.requested("totalCount"),
    )
    return await ctx.catalog.SearchProducts(request)
