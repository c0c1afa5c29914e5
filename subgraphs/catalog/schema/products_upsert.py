"""Mutation.productsUpsert."""

from enum import Enum
from typing import Any

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import CATALOG_MANAGER, MoneyInput, UserError, computed, enum_of, link, mutation, type_
from chassis.graph.reading import unwrap
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.price_input import price_message
from subgraphs.catalog.schema.product import Product
from subgraphs.catalog.schema.product_option import ProductOptionInput


@strawberry.input
class AttributeInput:
    """One fact about a product."""

    key: str = strawberry.field(description="Like screen_size.")
    value: str
    label: str | None = None
    number: float | None = None
    unit: str | None = None

    def message(self) -> pb.Attribute:
        return pb.Attribute(key=self.key, label=self.label or "", value=self.value, number=self.number, unit=self.unit)


@strawberry.input
class ImageInput:
    """A picture."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None

    def message(self) -> pb.Image:
        return pb.Image(url=self.url, alt=self.alt, width=self.width, height=self.height)


@strawberry.input
class VariantOptionInput:
    name: str
    value: str


@strawberry.input
class ProductVariantInput:
    """One article."""

    sku: str
    price: MoneyInput
    name: str | None = None
    options: list[VariantOptionInput] = strawberry.field(default_factory=list)
    compare_at_price: MoneyInput | None = None
    initial_quantity: int | None = strawberry.field(
        default=None, description="Units on hand of a SKU that is new; later changes go through `stockAdjust`."
    )
    weight_grams: int | None = strawberry.field(default=None, description="Of one unit; delivery may be charged by it.")

    def message(self) -> pb.VariantInput:
        return pb.VariantInput(
            sku=self.sku,
            name=self.name or "",
            options=[pb.VariantOption(name=each.name, value=each.value) for each in self.options],
            price=price_message(self.price),
            compare_at_price=price_message(self.compare_at_price) if self.compare_at_price else None,
            initial_quantity=self.initial_quantity,
            weight_grams=self.weight_grams,
        )


@strawberry.input
class ProductInput:
    """A whole product: what is left out is taken away."""

    external_reference: str
    name: str
    variants: list[ProductVariantInput]
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
    expected_version: int | None = strawberry.field(
        default=None, description="Refused with STALE_VERSION when the product has another one; 0: it must be new."
    )

    def message(self) -> pb.ProductInput:
        return pb.ProductInput(
            external_reference=self.external_reference,
            name=self.name,
            description=self.description,
            brand=self.brand,
            category_path=self.category_path,
            attributes=[each.message() for each in self.attributes],
            media=[each.message() for each in self.media],
            options=[each.message() for each in self.options],
            variants=[each.message() for each in self.variants],
            published=self.published,
            expected_version=self.expected_version,
        )


@strawberry.input
class ProductsUpsertInput:
    """At most 1,000 products."""

    products: list[ProductInput]
    idempotency_key: strawberry.ID


@enum_of(pb.WriteResult)
class WriteResult(Enum):
    """What a write did."""

    CREATED = pb.CREATED
    UPDATED = pb.UPDATED
    UNCHANGED = pb.UNCHANGED
    REFUSED = pb.REFUSED


@type_(pb.ProductWrite, permission=CATALOG_MANAGER, admin=True)
class ProductWrite:
    """The outcome of one product."""

    result: WriteResult
    product: Product | None = link("product_id")
    user_errors: list[UserError]


@type_(pb.UpsertProductsResponse, permission=CATALOG_MANAGER, admin=True)
class ProductsUpsertPayload:
    """An outcome a product, in their order; a faulty one does not hold back the others."""

    writes: list[ProductWrite]

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.UpsertProductsResponse) -> list[Any]:
        """Of all products."""
        of_each = [error for write in response.writes for error in write.user_errors]
        return [unwrap(error) for error in (*response.user_errors, *of_each)]


@mutation(ProductsUpsertPayload, permission=CATALOG_MANAGER, admin=True)
async def products_upsert(ctx: CatalogContext, *, input: ProductsUpsertInput) -> pb.UpsertProductsResponse:
    """Creates or updates products by their external reference."""
    request = pb.UpsertProductsRequest(
        products=[each.message() for each in input.products], idempotency_key=input.idempotency_key
    )
    return await ctx.catalog.UpsertProducts(request)
