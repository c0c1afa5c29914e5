"""The GraphQL type Saga, and Query.sagas for staff."""

from datetime import datetime

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import any_role, attribute, connection, link, page_request, query, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order import Order

OPERATORS = any_role("support", "order_manager")


@type_(pb.Saga, permission=OPERATORS, admin=True)
class Saga:
    """A checkout as the engine sees it."""

    id: strawberry.ID
    order: Order | None = link("order_id")
    state: str = attribute(description="RUNNING, PARKED, COMPENSATING, DONE, COMPENSATED or NEEDS_ATTENTION.")
    step: str
    attempts: int
    last_error: str | None
    created_at: datetime
    updated_at: datetime


SagaConnection = connection(Saga, pb.ListSagasResponse, name="SagaConnection", permission=OPERATORS, admin=True)


@query(SagaConnection, permission=OPERATORS, admin=True)
async def sagas(
    ctx: OrderContext, *, state: str | None = None, first: int = 20, after: str | None = None
) -> pb.ListSagasResponse:
    """Checkouts by state, newest first: what waits, what needs attention, and why."""
    return await ctx.orders.ListSagas(pb.ListSagasRequest(state=state or "", page=page_request(first, after)))
