"""Mutation.categoryUpdate."""

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.category_create import CategoryPayload
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.products_upsert import ImageInput

LEFT_OUT = strawberry.UNSET
STALE = "The version that was read; refused with STALE_VERSION when there is a newer one."


def text(value: str | None) -> str | None:
    """None stays, an empty text is taken away."""
    return None if value is LEFT_OUT else value or ""


def picture(value: ImageInput | None) -> pb.Image | None:
    """None stays, a picture without address is taken away."""
    if value is LEFT_OUT:
        return None
    return value.message() if value else pb.Image()


@strawberry.input
class CategoryUpdateInput:
    """What is left out stays; a null description or picture is taken away."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    name: str | None = strawberry.field(default=LEFT_OUT, description="Changes the path of all below, and no address.")
    slug: str | None = strawberry.field(default=LEFT_OUT, description="The one it had leads on to it from now on.")
    description: str | None = LEFT_OUT
    image: ImageInput | None = LEFT_OUT


@mutation(CategoryPayload, permission=CATALOG_MANAGER, admin=True)
async def category_update(ctx: CatalogContext, *, input: CategoryUpdateInput) -> pb.CategoryResponse:
    """Changes what a category is called and shown by. To hang it elsewhere: `categoryMove`."""
    request = pb.UpdateCategoryRequest(
        id=input.id,
        expected_version=input.expected_version,
        name=text(input.name),
        slug=text(input.slug),
        description=text(input.description),
        image=picture(input.image),
    )
    return await ctx.catalog.UpdateCategory(request)
