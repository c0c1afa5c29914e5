"""Mutation.productVariantUpdate."""

from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import product_pb2 as pb
from emporium.common.v1 import outcome_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from chassis.graph import CATALOG_MANAGER, Long, MoneyInput, mutation
from chassis.wire import user_error
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.price_input import price_message
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION, ProductPayload
from subgraphs.catalog.schema.products_upsert import VariantOptionInput

LEFT_OUT: Any = strawberry.UNSET
FIELDS = ("name", "options", "price", "weight_grams")


@strawberry.input
class ProductVariantUpdateInput:
    """What is left out stays as it is; null takes it away. The SKU stays."""

    id: strawberry.ID
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: str | None = LEFT_OUT
    options: list[VariantOptionInput] | None = strawberry.field(
        default=LEFT_OUT, description="All of them; a new value is added to the product's option."
    )
    price: MoneyInput | None = strawberry.field(
        default=None, description="The regular one; planned ones, and a price's end, by `productVariantPricesSet`."
    )
    compare_at_price: MoneyInput | None = strawberry.field(
        default=None, description="With `price` only; a price without it is compared with nothing."
    )
    weight_grams: int | None = LEFT_OUT

    def message(self) -> pb.ProductEdit:
        values = catalog_pb2.VariantInput(
            name=self.name or "",
            options=[catalog_pb2.VariantOption(name=each.name, value=each.value) for each in self.options or ()],
            price=price_message(self.price) if self.price else None,
            compare_at_price=price_message(self.compare_at_price) if self.compare_at_price else None,
            weight_grams=None if self.weight_grams is LEFT_OUT else self.weight_grams,
        )
        given = [name for name in FIELDS if getattr(self, name) is not LEFT_OUT and (name != "price" or self.price)]
        update = pb.VariantValues(values=values, fields=FieldMask(paths=given))
        return pb.ProductEdit(variant_id=self.id, expected_version=self.expected_version, update_variant=update)


@mutation(ProductPayload, permission=CATALOG_MANAGER, admin=True)
async def product_variant_update(ctx: CatalogContext, *, input: ProductVariantUpdateInput) -> pb.ProductEdited:
    """Changes what is given of a variant."""
    if input.compare_at_price is not None and input.price is None:
        message = "compareAtPrice belongs to a price; give both"
        return pb.ProductEdited(user_errors=[user_error(outcome_pb2.REQUIRED, message, ["price"])])
    return (await ctx.products.EditProducts(pb.EditProductsRequest(edits=[input.message()]))).edited[0]
