"""The GraphQL type Saga, and Query.sagas for staff."""

from datetime import datetime
from enum import Enum

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import Long, any_role, attribute, connection, enum_of, link, page_request, query, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order import Order

OPERATORS = any_role("support", "order_manager")


@enum_of(pb.SagaAction)
class SagaAction(Enum):
    """What an operator may do about a saga."""

    RETRY = pb.RETRY
    RESOLVE = pb.RESOLVE
    CANCEL = pb.CANCEL


@type_(pb.OperatorAction, permission=OPERATORS, admin=True)
class OperatorAction:
    """What an operator did to a saga, and how it stood before: never changed, never deleted."""

    actor_id: strawberry.ID
    action: SagaAction
    reason: str
    state: str
    step: str
    created_at: datetime


@type_(pb.Saga, permission=OPERATORS, admin=True)
class Saga:
    """A checkout as the engine sees it."""

    id: strawberry.ID
    order: Order | None = link("order_id")
    state: str = attribute(description="RUNNING, PARKED, COMPENSATING, DONE, COMPENSATED or NEEDS_ATTENTION.")
    step: str
    attempts: int
    last_error: str | None
    definition: str = attribute(description="checkout, cancellation or refund.")
    reason: str | None = attribute(description="Why it is being undone.")
    due_at: datetime | None = attribute(description="When it is taken up again.")
    created_at: datetime
    age_seconds: Long = attribute(description="Since it began.")
    updated_at: datetime
    actions: list[OperatorAction] = attribute(description="What operators did to it, oldest first.")


SagaConnection = connection(Saga, pb.ListSagasResponse, name="SagaConnection", permission=OPERATORS, admin=True)


@query(SagaConnection, permission=OPERATORS, admin=True)
async def sagas(
    ctx: OrderContext,
    *,
    state: str | None = None,
    definition: str | None = None,
    older_than_seconds: Long | None = None,
    first: int = 20,
    after: str | None = None,
) -> pb.ListSagasResponse:
    """Sagas by state, definition and age, newest first: what waits, what needs attention, and why."""
    request = pb.ListSagasRequest(
        state=state or "",
        definition=definition or "",
        older_than_seconds=older_than_seconds or 0,
        page=page_request(first, after),
    )
    return await ctx.orders.ListSagas(request)
