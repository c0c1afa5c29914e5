"""Query.deadLetters and Mutation.deadLetterReplay, for staff."""

from datetime import datetime

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, UserError, attribute, connection, mutation, page_request, query, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.sagas import OPERATORS


@type_(pb.DeadLetter, permission=OPERATORS, admin=True)
class DeadLetter:
    """A payment provider's event that no retry could digest."""

    id: strawberry.ID
    provider: str
    type: str
    object_id: str | None = attribute(description="The provider's, of what it is about.")
    attempts: int
    outcome: str
    received_at: datetime


DeadLetterConnection = connection(
    DeadLetter, pb.ListDeadLettersResponse, name="DeadLetterConnection", permission=OPERATORS, admin=True
)


@type_(pb.ReplayDeadLetterResponse, permission=ORDER_MANAGER, admin=True)
class DeadLetterReplayPayload:
    """The event, to be processed again."""

    dead_letter: DeadLetter | None
    user_errors: list[UserError]


@query(DeadLetterConnection, permission=OPERATORS, admin=True)
async def dead_letters(ctx: OrderContext, *, first: int = 20, after: str | None = None) -> pb.ListDeadLettersResponse:
    """Events of the payment provider that were given up, newest first."""
    return await ctx.orders.ListDeadLetters(pb.ListDeadLettersRequest(page=page_request(first, after)))


@mutation(DeadLetterReplayPayload, permission=ORDER_MANAGER, admin=True)
async def dead_letter_replay(ctx: OrderContext, *, id: strawberry.ID) -> pb.ReplayDeadLetterResponse:
    """Has an event processed again, as if it had just come."""
    return await ctx.orders.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=id))
