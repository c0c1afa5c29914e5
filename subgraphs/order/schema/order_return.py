"""Mutation.orderReturn, for order managers."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, mutation
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order_fulfill import OrderLineUnitsInput
from subgraphs.order.schema.order_payload import OrderPayload


@strawberry.input
class OrderReturnInput:
    """What came back of which order."""

    order_id: strawberry.ID
    idempotency_key: strawberry.ID
    lines: list[OrderLineUnitsInput]
    reason: str = ""


@mutation(OrderPayload, permission=ORDER_MANAGER, admin=True)
async def order_return(ctx: OrderContext, *, input: OrderReturnInput) -> pb.OrderResponse:
    """Takes shipped goods back: what was paid for them is refunded, and they return to stock."""
    request = pb.ReturnOrderRequest(
        order_id=input.order_id,
        idempotency_key=input.idempotency_key,
        lines=[line.message() for line in input.lines],
        reason=input.reason,
    )
    return await ctx.orders.ReturnOrder(request)
