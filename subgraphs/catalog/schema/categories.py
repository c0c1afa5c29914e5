"""Query.categories and Query.category."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import InvalidInput
from chassis.graph import PUBLIC, outcomes, query
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.sharing import CATEGORIES


class OneKeyWanted(InvalidInput):
    """Give exactly one of the keys."""

    reason = "ONE_KEY_WANTED"


@query(list[Category], permission=PUBLIC, shared=CATEGORIES)
async def categories(ctx: CatalogContext) -> Any:
    """The roots of the tree, as arranged by hand; others behind them, by name."""
    request = pb.BatchListSubcategoriesRequest(parent_ids=[""], context=ctx.shop)
    return (await ctx.catalog.BatchListSubcategories(request)).lists[0].categories


@query(Category | None, permission=PUBLIC, shared=CATEGORIES)
async def category(ctx: CatalogContext, *, id: strawberry.ID | None = None, slug: str | None = None) -> Any:
    """One category, by exactly one of its names."""
    if (id is None) is (slug is None):
        raise OneKeyWanted(keys="id, slug")
    if id is not None:
        return (await Category.by_id([id], ctx))[0]
    request = pb.BatchFindCategoriesRequest(slugs=[slug or ""], context=ctx.shop)
    return outcomes(await ctx.catalog.BatchFindCategories(request))[0]
