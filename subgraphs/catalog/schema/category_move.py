"""Mutation.categoryMove and Mutation.categoriesReorder."""

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, UserError, mutation, type_
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.category_create import PLACE, CategoryPayload
from subgraphs.catalog.schema.category_update import STALE
from subgraphs.catalog.schema.context import CatalogContext


@strawberry.input
class CategoryMoveInput:
    """To another parent, another place, or both."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="Left out: to the roots.")
    position: int | None = strawberry.field(default=None, description=PLACE)


@strawberry.input
class CategoryPlaceInput:
    """A child, as it was read."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)


@strawberry.input
class CategoriesReorderInput:
    """At most 1,000 children of one parent."""

    parent_id: strawberry.ID | None = strawberry.field(default=None, description="Left out: the roots.")
    categories: list[CategoryPlaceInput] = strawberry.field(
        description="Come first, in this order; the other children follow in the order they had."
    )


@type_(pb.ReorderCategoriesResponse, permission=CATALOG_MANAGER, admin=True)
class CategoriesReorderPayload:
    """All children of the parent, in their order now."""

    categories: list[Category]
    user_errors: list[UserError]


@mutation(CategoryPayload, permission=CATALOG_MANAGER, admin=True)
async def category_move(ctx: CatalogContext, *, input: CategoryMoveInput) -> pb.CategoryResponse:
    """Hangs a category, with all below it, below another one or at another place. Refused with CYCLE where it would
    come to stand below itself. Addresses stay; searches follow within seconds."""
    request = pb.MoveCategoryRequest(
        id=input.id, expected_version=input.expected_version, parent_id=input.parent_id or "", position=input.position
    )
    return await ctx.catalog.MoveCategory(request)


@mutation(CategoriesReorderPayload, permission=CATALOG_MANAGER, admin=True)
async def categories_reorder(ctx: CatalogContext, *, input: CategoriesReorderInput) -> pb.ReorderCategoriesResponse:
    """Puts the children of a category, or the roots, in order."""
    places = [pb.CategoryPlace(id=each.id, expected_version=each.expected_version) for each in input.categories]
    request = pb.ReorderCategoriesRequest(parent_id=input.parent_id or "", places=places)
    return await ctx.catalog.ReorderCategories(request)
