"""The GraphQL type Brand, Query.brand and Query.brands."""

from collections.abc import Sequence
from typing import Any

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import (
    CATALOG_MANAGER,
    PUBLIC,
    Long,
    Node,
    attribute,
    connection,
    lookup,
    outcomes,
    page_request,
    query,
    type_,
)
from subgraphs.catalog.schema.categories import OneKeyWanted
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.sharing import BRAND_BY_ID, BRANDS


@type_(pb.Brand, keys=["id"], node="brd", permission=PUBLIC)
class Brand(Node):
    """Who makes things. It comes with the first product that names it; `search(where: {brand})` finds its products."""

    id: strawberry.ID
    name: str = attribute(description="As `Product.brand` and the facet have it.")
    slug: str = attribute(description="Its name in an address; unique. `brand(slug:)` finds it by former ones too.")
    version: Long = attribute(permission=CATALOG_MANAGER, admin=True, description="For `expectedVersion`.")

    @lookup(shared=BRAND_BY_ID)
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.products.BatchGetBrands(pb.BatchGetBrandsRequest(ids=ids)))


BrandConnection = connection(Brand, pb.BrandPage, name="BrandConnection", permission=PUBLIC)


@query(Brand | None, permission=PUBLIC, shared=BRANDS)
async def brand(ctx: CatalogContext, *, id: strawberry.ID | None = None, slug: str | None = None) -> Any:
    """One brand, by exactly one of its names."""
    if (id is None) is (slug is None):
        raise OneKeyWanted(keys="id, slug")
    if id is not None:
        return (await Brand.by_id([id], ctx))[0]
    return outcomes(await ctx.products.BatchFindBrands(pb.BatchFindBrandsRequest(slugs=[slug or ""])))[0]


@query(BrandConnection, permission=PUBLIC, shared=BRANDS)
async def brands(ctx: CatalogContext, *, first: int = 20, after: str | None = None) -> pb.BrandPage:
    """The brands that have anything in the shop, by name."""
    return await ctx.products.ListBrands(pb.ListBrandsRequest(page=page_request(first, after)))
