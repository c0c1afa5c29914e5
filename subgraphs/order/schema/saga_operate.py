"""Mutation.sagaOperate, for order managers."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, UserError, mutation, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.sagas import Saga, SagaAction


@strawberry.input
class SagaOperateInput:
    """What to do about which saga, and why: the reason is kept with your name."""

    saga_id: strawberry.ID
    action: SagaAction
    reason: str


@type_(pb.OperateSagaResponse, permission=ORDER_MANAGER, admin=True)
class SagaOperatePayload:
    """The saga as it is now; with `userErrors` nothing was changed."""

    saga: Saga | None
    user_errors: list[UserError]


@mutation(SagaOperatePayload, permission=ORDER_MANAGER, admin=True)
async def saga_operate(ctx: OrderContext, *, input: SagaOperateInput) -> pb.OperateSagaResponse:
    """Retries a saga's step, takes it as done by hand, or cancels: before the pivot it is undone, then the order is."""
    request = pb.OperateSagaRequest(saga_id=input.saga_id, action=input.action.value, reason=input.reason)
    return await ctx.orders.OperateSaga(request)
