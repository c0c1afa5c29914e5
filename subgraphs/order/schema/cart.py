"""The GraphQL types Cart and CartLine, and Query.cart.

The fields are public because the rows are not: the order service shows a cart to its owner, to whoever holds its token,
and to staff. A guest who has just created one holds its token only after the answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from emporium.order.v1 import cart_pb2 as pb

from chassis.graph import (
    PUBLIC,
    CurrencyCode,
    Long,
    Money,
    Node,
    PostalAddress,
    attribute,
    link,
    lookup,
    outcomes,
    query,
    type_,
)
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.delivery_method import DeliveryMethod
from subgraphs.order.schema.product import Product, ProductVariant
from subgraphs.order.schema.totals import TaxLine, Totals


@type_(pb.CartLine, permission=PUBLIC)
class CartLine:
    """So many of one variant, at the price it has now."""

    id: strawberry.ID
    sku: str
    name: str
    quantity: int
    unit_price: Money | None = attribute(description="null while it is not for sale; checkout refuses it then.")
    total: Money | None
    discount: Money = attribute(description="Its part of the cart's discounts, to the minor unit.")
    product: Product | None = link("product_id")
    variant: ProductVariant | None = link("variant_id")


@type_(pb.Cart, keys=["id"], node="crt", permission=PUBLIC)
class Cart(Node):
    """What a shopper is about to buy. Prices are the catalogue's own, at every look."""

    id: strawberry.ID
    currency_code: CurrencyCode
    email: str | None
    shipping_address: PostalAddress | None
    delivery_method: DeliveryMethod | None = attribute(
        description="The one chosen; null when it is not offered (any more) for this cart and its address."
    )
    delivery_methods: list[DeliveryMethod] = attribute(
        description="What can be chosen for this cart and its address, at its price."
    )
    discount_codes: list[str] = attribute(
        description="In the order they are applied: each to what those before it left. One that does not apply now "
        "takes nothing off, and checkout refuses it."
    )
    lines: list[CartLine]
    total_quantity: int
    totals: Totals
    tax_lines: list[TaxLine] = attribute(description="None before the address is known.")
    created_at: datetime
    updated_at: datetime
    version: Long

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: OrderContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.carts.BatchGetCarts(pb.BatchGetCartsRequest(ids=ids)))


@query(Cart | None, permission=PUBLIC)
async def cart(ctx: OrderContext, *, id: strawberry.ID) -> Any:
    """One's own cart, by login or by the header `Emporium-Cart-Token`; null for anybody else's."""
    (found,) = await Cart.by_id([id], ctx)
    return found
