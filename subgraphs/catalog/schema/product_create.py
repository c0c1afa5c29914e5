"""Mutation.productCreate."""

import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.product_option import ProductOptionInput
from subgraphs.catalog.schema.product_payload import ProductPayload
from subgraphs.catalog.schema.products_upsert import AttributeInput, ImageInput, ProductVariantInput


@strawberry.input
class ProductCreateInput:
    """A new product."""

    name: str
    variants: list[ProductVariantInput] = strawberry.field(description="At least one: it is what is sold.")
    idempotency_key: strawberry.ID = strawberry.field(description="Sent again, it gets the same answer.")
    external_reference: str | None = strawberry.field(
        default=None, description="Its name in another system, such as an import's; left out: its own id."
    )
    description: str | None = None
    brand: str | None = None
    category_path: list[str] = strawberry.field(
        default_factory=list, description="Names from the root; missing categories are made."
    )
    attributes: list[AttributeInput] = strawberry.field(default_factory=list)
    media: list[ImageInput] = strawberry.field(default_factory=list)
    options: list[ProductOptionInput] = strawberry.field(
        default_factory=list, description="Left out: what the variants' options say."
    )
    published: bool = True

    def message(self) -> catalog_pb2.ProductInput:
        return catalog_pb2.ProductInput(
            external_reference=self.external_reference or "",
            name=self.name,
            description=self.description,
            brand=self.brand,
            category_path=self.category_path,
            attributes=[each.message() for each in self.attributes],
            media=[each.message() for each in self.media],
            options=[each.message() for each in self.options],
            variants=[each.message() for each in self.variants],
            published=self.published,
        )


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_create(ctx: CatalogContext, *, input: ProductCreateInput) -> pb.ProductEdited:
    """Makes a product. One that was deleted comes back when its external reference is written again."""
    request = pb.CreateProductsRequest(products=[input.message()], idempotency_key=input.idempotency_key)
    return (await ctx.products.CreateProducts(request)).edited[0]
