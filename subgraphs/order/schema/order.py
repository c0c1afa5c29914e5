"""The GraphQL types Order and OrderLine.

The fields are public because the rows are not: the order service shows an order to its customer, to whoever holds the
token of its cart, and to staff; to whoever knows its number and e-mail without what the descriptions name.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import (
    OWNER_OR_STAFF,
    PUBLIC,
    Long,
    Money,
    Node,
    PostalAddress,
    attribute,
    batched,
    connection,
    link,
    lookup,
    outcomes,
    type_,
)
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.delivery_method import DeliveryMethod
from subgraphs.order.schema.order_event import OrderEvent
from subgraphs.order.schema.order_status import OrderStatus, PaymentStatus
from subgraphs.order.schema.product import Product, ProductVariant
from subgraphs.order.schema.totals import TaxLine, Totals
from subgraphs.order.schema.transaction import PaymentAction, Transaction


@type_(pb.OrderLine, permission=PUBLIC)
class OrderLine:
    """So many of one variant, at the price it was sold for."""

    id: strawberry.ID
    sku: str
    name: str
    quantity: int
    unit_price: Money
    total: Money
    discount: Money = attribute(description="Its part of the order's discounts, to the minor unit.")
    tax: Money = attribute(description="Its part of the order's taxes, whether its price includes them or not.")
    product: Product | None = link("product_id")
    variant: ProductVariant | None = link("variant_id")


@type_(pb.FulfillmentLine, permission=PUBLIC)
class FulfillmentLine:
    """So many units of one line."""

    order_line_id: strawberry.ID
    quantity: int


@type_(pb.Fulfillment, permission=PUBLIC)
class Fulfillment:
    """One parcel of an order."""

    id: strawberry.ID
    lines: list[FulfillmentLine]
    tracking_number: str | None
    shipped_at: datetime
    delivered_at: datetime | None


@type_(pb.Order, keys=["id"], node="ord", permission=PUBLIC)
class Order(Node):
    """A purchase. Its lines and totals are frozen when it is placed."""

    id: strawberry.ID
    number: str = attribute(description='For people: "E-100042".')
    status: OrderStatus | None
    payment_status: PaymentStatus | None
    payment_action: PaymentAction | None = attribute(description="Never by number and e-mail alone.")
    reason: str | None = attribute(description="Why it was rejected or cancelled.")
    email: str
    lines: list[OrderLine]
    totals: Totals
    tax_lines: list[TaxLine] = attribute(description="Frozen with the totals.")
    captured: Money
    refunded: Money
    shipping_address: PostalAddress | None = attribute(description="Null by number and e-mail alone.")
    delivery_method: DeliveryMethod | None
    discount_codes: list[str]
    fulfillments: list[Fulfillment] = attribute(description="Its parcels, oldest first.")
    returned: list[FulfillmentLine] = attribute(description="What came back.")
    created_at: datetime
    updated_at: datetime
    sequence: Long = attribute(description="Of its last event; what `orderUpdated` takes as `after`.")

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: OrderContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.orders.BatchGetOrders(pb.BatchGetOrdersRequest(ids=ids)))

    @batched(list[OrderEvent] | None, permission=OWNER_OR_STAFF)
    @staticmethod
    async def events(orders: list[pb.Order], ctx: OrderContext) -> list[Any]:
        """Its history, oldest first; null for whoever came by number and e-mail alone."""
        ids = [order.id for order in orders]
        answer = await ctx.orders.BatchListOrderEvents(pb.BatchListOrderEventsRequest(order_ids=ids))
        # There is always one event, at least: none are shown to whom the order is not.
        return [history.events or None for history in answer.lists]

    @batched(list[Transaction] | None, permission=OWNER_OR_STAFF)
    @staticmethod
    async def transactions(orders: list[pb.Order], ctx: OrderContext) -> list[Any]:
        """What was asked of the payment provider, oldest first."""
        ids = [order.id for order in orders]
        answer = await ctx.orders.BatchListTransactions(pb.BatchListTransactionsRequest(order_ids=ids))
        return [attempts.transactions for attempts in answer.lists]


OrderConnection = connection(Order, pb.OrderPage, name="OrderConnection", permission=PUBLIC)
