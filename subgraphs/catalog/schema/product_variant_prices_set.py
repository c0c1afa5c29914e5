"""Mutation.productVariantPricesSet."""

from datetime import datetime
from typing import Any

import strawberry
from emporium.catalog.v1 import product_pb2 as pb

from chassis.graph import CATALOG_MANAGER, Long, MoneyInput, UserError, computed, link, mutation, type_
from chassis.graph.reading import unwrap
from chassis.wire import timestamp
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.price_input import price_message
from subgraphs.catalog.schema.product_payload import EXPECTED_VERSION
from subgraphs.catalog.schema.product_variant import ProductVariant
from subgraphs.catalog.schema.products_upsert import WriteResult


@strawberry.input
class VariantPriceInput:
    """Without bounds the regular price; with one or both a planned one, which goes before it while it is valid."""

    price: MoneyInput
    compare_at_price: MoneyInput | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = strawberry.field(default=None, description="Not included.")

    def message(self) -> pb.VariantPrice:
        return pb.VariantPrice(
            price=price_message(self.price),
            compare_at_price=price_message(self.compare_at_price) if self.compare_at_price else None,
            valid_from=timestamp(self.valid_from) if self.valid_from else None,
            valid_until=timestamp(self.valid_until) if self.valid_until else None,
        )


@strawberry.input
class VariantPricesInput:
    """All prices of one variant in one channel, in whatever currencies: what is left out is taken away."""

    sku: str
    prices: list[VariantPriceInput]
    channel: str | None = strawberry.field(default=None, description="Left out: the default channel.")
    expected_version: Long | None = strawberry.field(default=None, description=EXPECTED_VERSION)

    def message(self) -> pb.VariantPrices:
        return pb.VariantPrices(
            sku=self.sku,
            channel=self.channel or "",
            prices=[each.message() for each in self.prices],
            expected_version=self.expected_version,
        )


@strawberry.input
class ProductVariantPricesSetInput:
    """At most 1,000 items."""

    items: list[VariantPricesInput]


@type_(pb.VariantPricesSet, permission=CATALOG_MANAGER, admin=True)
class VariantPricesWrite:
    """The outcome of one item."""

    result: WriteResult
    product_variant: ProductVariant | None = link("variant_id")
    user_errors: list[UserError]


@type_(pb.SetVariantPricesResponse, permission=CATALOG_MANAGER, admin=True)
class ProductVariantPricesSetPayload:
    """An outcome an item, in their order; a faulty one does not hold back the others."""

    @computed(list[VariantPricesWrite])
    @staticmethod
    def writes(response: pb.SetVariantPricesResponse) -> list[Any]:
        """In order of the items."""
        return list(response.outcomes)

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.SetVariantPricesResponse) -> list[Any]:
        """Of all items."""
        of_each = [error for outcome in response.outcomes for error in outcome.user_errors]
        return [unwrap(error) for error in (*response.user_errors, *of_each)]


@mutation(ProductVariantPricesSetPayload, permission=CATALOG_MANAGER, admin=True)
async def product_variant_prices_set(
    ctx: CatalogContext, *, input: ProductVariantPricesSetInput
) -> pb.SetVariantPricesResponse:
    """Sets what variants cost, now and at times to come. A planned price begins and ends by itself, everywhere at
    once: in carts, listings and search."""
    request = pb.SetVariantPricesRequest(items=[each.message() for each in input.items])
    return await ctx.products.SetVariantPrices(request)
