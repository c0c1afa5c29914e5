"""The GraphQL type Category."""

from collections.abc import Sequence
from typing import Any, Optional

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, Node, attribute, batched, link, lookup, outcomes, page_request, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_connection import ProductConnection
from subgraphs.catalog.schema.sharing import CATEGORIES, CATEGORY_BY_ID, PRODUCT_PAGE


@type_(pb.Category, keys=["id"], node="cat", permission=PUBLIC)
class Category(Node):
    """A shelf of the shop, in a tree."""

    id: strawberry.ID
    name: str
    slug: str = attribute(description="Its name in an address; unique.")
    path: list[str] = attribute(description='Names from the root: ["Computers", "Notebooks"].')
    product_count: int = attribute(description="Published products here and below, some seconds old.")
    parent: Optional["Category"] = link("parent_id")

    @lookup(shared=CATEGORY_BY_ID)
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.catalog.BatchGetCategories(pb.BatchGetCategoriesRequest(ids=ids)))

    @batched(list["Category"], shared=CATEGORIES)
    @staticmethod
    async def children(categories: list[pb.Category], ctx: CatalogContext) -> list[Any]:
        """The categories right below, by name."""
        request = pb.BatchListSubcategoriesRequest(parent_ids=[category.id for category in categories])
        return [found.categories for found in (await ctx.catalog.BatchListSubcategories(request)).lists]

    @batched(ProductConnection, shared=PRODUCT_PAGE)
    @staticmethod
    async def products(
        categories: list[pb.Category], ctx: CatalogContext, *, first: int = 20, after: str | None = None
    ) -> list[Any]:
        """The products here and below, newest first. To filter and sort, `search` with `where: {categoryId}`."""
        request = pb.BatchListCategoryProductsRequest(
            category_ids=[category.id for category in categories], page=page_request(first, after), context=ctx.shop
        )
        return list((await ctx.catalog.BatchListCategoryProducts(request)).pages)
