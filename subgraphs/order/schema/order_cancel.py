"""Mutation.orderCancel."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import OWNER_OR_STAFF, mutation
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order_payload import OrderPayload


@strawberry.input
class OrderCancelInput:
    """Which order, and why."""

    order_id: strawberry.ID
    idempotency_key: strawberry.ID
    reason: str = ""


@mutation(OrderPayload, permission=OWNER_OR_STAFF)
async def order_cancel(ctx: OrderContext, *, input: OrderCancelInput) -> pb.OrderResponse:
    """Cancels an order that has not been shipped: money, stock and discount codes go back."""
    request = pb.CancelOrderRequest(order_id=input.order_id, idempotency_key=input.idempotency_key, reason=input.reason)
    return await ctx.orders.CancelOrder(request)
