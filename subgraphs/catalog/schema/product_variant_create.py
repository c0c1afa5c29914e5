"""Mutation.productVariantCreate."""

import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, MoneyInput, mutation
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.price_input import price_message
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION, ProductPayload
from subgraphs.catalog.schema.products_upsert import VariantOptionInput


@strawberry.input
class ProductVariantCreateInput:
    """One more article of a product."""

    product_id: strawberry.ID
    sku: str = strawberry.field(description="Its name in carts, orders and the ledger, for good.")
    price: MoneyInput = strawberry.field(description="The regular one.")
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = None
    options: list[VariantOptionInput] = strawberry.field(
        default_factory=list, description="One value of each option of the product; a new value is added to it."
    )
    compare_at_price: MoneyInput | None = None
    initial_quantity: int | None = strawberry.field(
        default=None, description="Units on hand of a SKU that is new; later changes go through `stockAdjust`."
    )
    weight_grams: int | None = None

    def message(self) -> pb.ProductEdit:
        variant = catalog_pb2.VariantInput(
            sku=self.sku,
            name=self.name or "",
            options=[catalog_pb2.VariantOption(name=each.name, value=each.value) for each in self.options],
            price=price_message(self.price),
            compare_at_price=price_message(self.compare_at_price) if self.compare_at_price else None,
            initial_quantity=self.initial_quantity,
            weight_grams=self.weight_grams,
        )
        return pb.ProductEdit(product_id=self.product_id, expected_version=self.expected_version, add_variant=variant)


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_variant_create(ctx: CatalogContext, *, input: ProductVariantCreateInput) -> pb.ProductEdited:
    """Adds a variant at the end. Sent again it is refused: the SKU is TAKEN."""
    return (await ctx.products.EditProducts(pb.EditProductsRequest(edits=[input.message()]))).edited[0]
