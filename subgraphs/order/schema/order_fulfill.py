"""Mutation.orderFulfill and Mutation.orderDeliver, for order managers."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, mutation
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order_payload import OrderPayload


@strawberry.input
class OrderLineUnitsInput:
    """So many units of one line of an order."""

    line_id: strawberry.ID
    quantity: int

    def message(self) -> pb.FulfillmentLine:
        return pb.FulfillmentLine(order_line_id=self.line_id, quantity=self.quantity)


@strawberry.input
class OrderFulfillInput:
    """Which order was shipped, and how to follow it."""

    order_id: strawberry.ID
    idempotency_key: strawberry.ID
    tracking_number: str | None = None
    lines: list[OrderLineUnitsInput] | None = strawberry.field(
        default=None, description="What is in the parcel; without it all that is left."
    )


@strawberry.input
class OrderDeliverInput:
    """Which parcel arrived."""

    order_id: strawberry.ID
    fulfillment_id: strawberry.ID
    idempotency_key: strawberry.ID


@mutation(OrderPayload, permission=ORDER_MANAGER, admin=True)
async def order_fulfill(ctx: OrderContext, *, input: OrderFulfillInput) -> pb.OrderResponse:
    """Sends a parcel of a paid order; once everything is sent, the order is fulfilled."""
    request = pb.FulfillOrderRequest(
        order_id=input.order_id,
        idempotency_key=input.idempotency_key,
        tracking_number=input.tracking_number,
        lines=[line.message() for line in input.lines or ()],
    )
    return await ctx.orders.FulfillOrder(request)


@mutation(OrderPayload, permission=ORDER_MANAGER, admin=True)
async def order_deliver(ctx: OrderContext, *, input: OrderDeliverInput) -> pb.OrderResponse:
    """Notes that a parcel arrived."""
    request = pb.DeliverFulfillmentRequest(
        order_id=input.order_id, fulfillment_id=input.fulfillment_id, idempotency_key=input.idempotency_key
    )
    return await ctx.orders.DeliverFulfillment(request)
