"""Mutation.productUpdate."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import product_pb2 as pb
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.graph import CATALOG_MANAGER, Long, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_option import ProductOptionInput
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION, ProductPayload
from subgraphs.catalog.schema.products_upsert import AttributeInput, ImageInput

LEFT_OUT: Any = strawberry.UNSET
FIELDS = ("name", "description", "brand", "category_path", "category_id", "attributes", "media", "options")


@strawberry.input
class ProductUpdateInput:
    """What is left out stays as it is; null takes it away."""

    id: strawberry.ID
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = LEFT_OUT
    description: str | None = LEFT_OUT
    brand: str | None = LEFT_OUT
    category_path: list[str] | None = strawberry.field(
        default=LEFT_OUT, description="Names from the root; missing categories are made."
    )
    category_id: strawberry.ID | None = strawberry.field(default=LEFT_OUT, description="Instead of `categoryPath`.")
    attributes: list[AttributeInput] | None = strawberry.field(default=LEFT_OUT, description="All of them.")
    media: list[ImageInput] | None = strawberry.field(
        default=LEFT_OUT, description="All of them, in their new order; the first is the product's `image`."
    )
    options: list[ProductOptionInput] | None = strawberry.field(
        default=LEFT_OUT, description="All of them; every variant must have a value of each."
    )

    def message(self) -> pb.ProductEdit:
        values = catalog_pb2.ProductInput(
            name=self.name or "",
            description=self.description or None,
            brand=self.brand or None,
            category_path=self.category_path or (),
            attributes=[each.message() for each in self.attributes or ()],
            media=[each.message() for each in self.media or ()],
            options=[each.message() for each in self.options or ()],
        )
        given = [name for name in FIELDS if getattr(self, name) is not LEFT_OUT]
        update = pb.ProductValues(values=values, category_id=self.category_id or "", fields=FieldMask(paths=given))
        return pb.ProductEdit(product_id=self.id, expected_version=self.expected_version, update=update)


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_update(ctx: CatalogContext, *, input: ProductUpdateInput) -> pb.ProductEdited:
    """Changes what is given of a product; its variants, prices, stock and publication have mutations of their own."""
    return (await ctx.products.EditProducts(pb.EditProductsRequest(edits=[input.message()]))).edited[0]
