"""Mutation.orderFulfill, for order managers."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, mutation
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order_payload import OrderPayload


@strawberry.input
class OrderFulfillInput:
    """Which order was shipped, and how to follow it."""

    order_id: strawberry.ID
    idempotency_key: strawberry.ID
    tracking_number: str | None = None


@mutation(OrderPayload, permission=ORDER_MANAGER, admin=True)
async def order_fulfill(ctx: OrderContext, *, input: OrderFulfillInput) -> pb.OrderResponse:
    """Marks a paid order as shipped."""
    request = pb.FulfillOrderRequest(
        order_id=input.order_id, idempotency_key=input.idempotency_key, tracking_number=input.tracking_number
    )
    return await ctx.orders.FulfillOrder(request)
