"""Mutation.orderRefund, for order managers."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, MoneyInput, mutation
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order_payload import OrderPayload


@strawberry.input
class OrderRefundInput:
    """How much of which order; without an amount all that is left."""

    order_id: strawberry.ID
    idempotency_key: strawberry.ID
    amount: MoneyInput | None = None
    reason: str = ""


@mutation(OrderPayload, permission=ORDER_MANAGER, admin=True)
async def order_refund(ctx: OrderContext, *, input: OrderRefundInput) -> pb.OrderResponse:
    """Gives money back, never more than was captured."""
    request = pb.RefundOrderRequest(
        order_id=input.order_id,
        idempotency_key=input.idempotency_key,
        amount=input.amount.message() if input.amount else None,
        reason=input.reason,
    )
    return await ctx.orders.RefundOrder(request)
