"""The GraphQL type Category."""

from collections.abc import Sequence
from typing import Any, Optional

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import merchandising_pb2

from chassis.graph import (
    CATALOG_MANAGER,
    PUBLIC,
    Long,
    Node,
    attribute,
    batched,
    computed,
    link,
    lookup,
    outcomes,
    page_request,
    type_,
)
from chassis.graph.reading import read
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.image import Image
from subgraphs.catalog.schema.product_connection import ProductConnection
from subgraphs.catalog.schema.seo import Seo, SeoTexts
from subgraphs.catalog.schema.sharing import CATEGORIES, CATEGORY_BY_ID, PRODUCT_PAGE
from subgraphs.catalog.schema.translation import EntityTranslation


@type_(pb.Category, keys=["id"], node="cat", permission=PUBLIC)
class Category(Node):
    """A shelf of the shop, in a tree."""

    id: strawberry.ID
    name: str
    slug: str = attribute(description="Its name in an address; unique. `category(slug:)` finds it by former ones too.")
    path: list[str] = attribute(description='Names from the root: ["Computers", "Notebooks"].')
    description: str | None
    image: Image | None
    product_count: int = attribute(description="Published products here and below, some seconds old.")
    version: Long = attribute(permission=CATALOG_MANAGER, admin=True, description="For `expectedVersion`.")
    parent: Optional["Category"] = link("parent_id")

    @computed(Seo)
    @staticmethod
    def seo(category: pb.Category) -> SeoTexts:
        """What its page tells search engines."""
        return SeoTexts(read(category, "seo_title"), read(category, "seo_description"))

    @lookup(shared=CATEGORY_BY_ID)
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.catalog.BatchGetCategories(pb.BatchGetCategoriesRequest(ids=ids, context=ctx.shop)))

    @batched(list["Category"], shared=CATEGORIES)
    @staticmethod
    async def children(categories: list[pb.Category], ctx: CatalogContext) -> list[Any]:
        """The categories right below, as arranged by hand; others behind them, by name."""
        ids = [category.id for category in categories]
        request = pb.BatchListSubcategoriesRequest(parent_ids=ids, context=ctx.shop)
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

    @batched(list[EntityTranslation], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def translations(categories: list[pb.Category], ctx: CatalogContext) -> list[Any]:
        """What it is called in other languages, by locale."""
        request = merchandising_pb2.BatchListTranslationsRequest(ids=[category.id for category in categories])
        return [found.translations for found in (await ctx.merchandising.BatchListTranslations(request)).lists]

    @batched(list[str], permission=CATALOG_MANAGER, admin=True)
    @staticmethod
    async def former_slugs(categories: list[pb.Category], ctx: CatalogContext) -> list[Any]:
        """Those that lead on to it, newest first."""
        request = merchandising_pb2.BatchListFormerSlugsRequest(ids=[category.id for category in categories])
        return [found.slugs for found in (await ctx.merchandising.BatchListFormerSlugs(request)).lists]
