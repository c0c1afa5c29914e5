"""Mutation.brandCreate, brandUpdate and brandDelete."""

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, UserError, mutation, type_
from subgraphs.catalog.schema.brand import Brand
from subgraphs.catalog.schema.category_update import STALE
from subgraphs.catalog.schema.context import CatalogContext


@strawberry.input
class BrandCreateInput:
    """What it is called."""

    name: str
    slug: str | None = strawberry.field(default=None, description="Left out: made of the name.")


@strawberry.input
class BrandUpdateInput:
    """What is left out stays."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    name: str | None = strawberry.field(
        default=None, description="Its products and the rules of collections that name it follow."
    )
    slug: str | None = strawberry.field(default=None, description="The one it had leads on to it from now on.")


@type_(pb.BrandResponse, permission=CATALOG_MANAGER, admin=True)
class BrandPayload:
    """The brand as it is then."""

    brand: Brand | None
    user_errors: list[UserError]


@strawberry.input
class BrandDeleteInput:
    """Which brand is to go."""

    id: strawberry.ID
    expected_version: Long = strawberry.field(description=STALE)
    move_products_to: strawberry.ID | None = strawberry.field(
        default=None, description="The brand its products have then: how two spellings of one brand become one."
    )


@type_(pb.DeleteBrandResponse, permission=CATALOG_MANAGER, admin=True)
class BrandDeletePayload:
    """Which one is no more."""

    deleted_id: strawberry.ID | None
    user_errors: list[UserError]


@mutation(BrandPayload, permission=CATALOG_MANAGER, admin=True)
async def brand_create(ctx: CatalogContext, *, input: BrandCreateInput) -> pb.BrandResponse:
    """Makes a brand before any product names it. Sent again it is refused: the name is TAKEN."""
    return await ctx.products.CreateBrand(pb.CreateBrandRequest(name=input.name, slug=input.slug))


@mutation(BrandPayload, permission=CATALOG_MANAGER, admin=True)
async def brand_update(ctx: CatalogContext, *, input: BrandUpdateInput) -> pb.BrandResponse:
    """Gives a brand another name or address. An import that still names the old one makes it anew."""
    request = pb.UpdateBrandRequest(
        id=input.id, expected_version=input.expected_version, name=input.name, slug=input.slug
    )
    return await ctx.products.UpdateBrand(request)


@mutation(BrandDeletePayload, permission=CATALOG_MANAGER, admin=True)
async def brand_delete(ctx: CatalogContext, *, input: BrandDeleteInput) -> pb.DeleteBrandResponse:
    """Takes a brand away. NOT_EMPTY while products have it, unless `moveProductsTo` says which one they have then."""
    request = pb.DeleteBrandRequest(
        id=input.id, expected_version=input.expected_version, move_products_to=input.move_products_to
    )
    return await ctx.products.DeleteBrand(request)
