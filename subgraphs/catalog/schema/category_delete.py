"""Mutation.categoryDelete."""

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, UserError, mutation, type_
from subgraphs.catalog.schema.category_update import STALE
from subgraphs.catalog.schema.context import CatalogContext


@strawberry.input
class CategoryDeleteInput:
    """Refused with NOT_EMPTY while it holds something that is not told where to go."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    move_products_to: strawberry.ID | None = strawberry.field(default=None, description="Another category.")
    move_children_to: strawberry.ID | None = strawberry.field(
        default=None, description="Another category; they go with all below them."
    )


@type_(pb.DeleteCategoryResponse, permission=CATALOG_MANAGER, admin=True)
class CategoryDeletePayload:
    """Which one is no more."""

    deleted_id: strawberry.ID | None
    user_errors: list[UserError]


@mutation(CategoryDeletePayload, permission=CATALOG_MANAGER, admin=True)
async def category_delete(ctx: CatalogContext, *, input: CategoryDeleteInput) -> pb.DeleteCategoryResponse:
    """Takes a category away. An import that names its path makes it anew."""
    request = pb.DeleteCategoryRequest(
        id=input.id,
        expected_version=input.expected_version,
        move_products_to=input.move_products_to,
        move_children_to=input.move_children_to,
    )
    return await ctx.catalog.DeleteCategory(request)
