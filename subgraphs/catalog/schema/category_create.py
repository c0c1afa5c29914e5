"""Mutation.categoryCreate."""

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, UserError, mutation, type_
from subgraphs.catalog.schema.category import Category
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.products_upsert import ImageInput

PLACE = "Among its siblings, from 0; left out, behind those that were arranged, by name."


@strawberry.input
class CategoryCreateInput:
    """A shelf of the shop."""

    name: str
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="Left out: a root.")
    slug: str | None = strawberry.field(default=None, description="Left out: made of the names from the root.")
    description: str | None = None
    image: ImageInput | None = None
    position: int | None = strawberry.field(default=None, description=PLACE)


@type_(pb.CategoryResponse, permission=CATALOG_MANAGER, admin=True)
class CategoryPayload:
    """The category as it is then."""

    category: Category | None
    user_errors: list[UserError]


@mutation(CategoryPayload, permission=CATALOG_MANAGER, admin=True)
async def category_create(ctx: CatalogContext, *, input: CategoryCreateInput) -> pb.CategoryResponse:
    """Makes one category. An import makes those its products name by itself."""
    request = pb.CreateCategoryRequest(
        name=input.name,
        parent_id=input.parent_id,
        slug=input.slug,
        description=input.description,
        image=input.image.message() if input.image else None,
        position=input.position,
    )
    return await ctx.catalog.CreateCategory(request)
