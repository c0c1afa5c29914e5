"""Query.product, and Query.products for staff."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, PUBLIC, outcomes, page_request, query
from subgraphs.catalog.schema.categories import OneKeyWanted
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.search import ProductSort, SearchConnection, SearchWhere
from subgraphs.catalog.schema.sharing import PRODUCT_BY_NAME


def product_key(
    *, id: str | None = None, slug: str | None = None, external_reference: str | None = None
) -> pb.ProductKey:
    """Raises OneKeyWanted."""
    if sum(name is not None for name in (id, slug, external_reference)) != 1:
        raise OneKeyWanted(keys="id, slug, externalReference")
    return pb.ProductKey(id=id, slug=slug, external_reference=external_reference)


async def products_by_name(ctx: CatalogContext, asked: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Of several shoppers at once. Whoever gives no name, or two, is told so alone."""
    keys: dict[int, pb.ProductKey] = {}
    rows: list[Any] = [None] * len(asked)
    for index, arguments in enumerate(asked):
        try:
            keys[index] = product_key(**arguments)
        except OneKeyWanted as fault:
            rows[index] = fault
    request = pb.BatchFindProductsRequest(keys=keys.values(), context=ctx.shop)
    found = outcomes(await ctx.catalog.BatchFindProducts(request)) if keys else []
    for index, row in zip(keys, found, strict=True):
        rows[index] = row
    return rows


@query(Product | None, permission=PUBLIC, shared=PRODUCT_BY_NAME, together=products_by_name)
async def product(
    ctx: CatalogContext,
    *,
    id: strawberry.ID | None = None,
    slug: str | None = None,
    external_reference: str | None = None,
) -> Any:
    """One product, by exactly one of its names."""
    key = product_key(id=id, slug=slug, external_reference=external_reference)
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
