"""Query.deadLetters and Mutation.deadLetterReplay, for staff."""

from datetime import datetime

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import ORDER_MANAGER, UserError, attribute, connection, mutation, page_request, query, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.sagas import OPERATORS


@type_(pb.DeadLetterReplay, permission=OPERATORS, admin=True)
class DeadLetterReplay:
    """Who had a dead letter processed again, when and why: never changed, never deleted."""

    actor_id: strawberry.ID
    reason: str
    created_at: datetime


@type_(pb.DeadLetter, permission=OPERATORS, admin=True)
class DeadLetter:
    """An event that no retry could digest: the payment provider's, or Kafka's for one of its consumers."""

    id: strawberry.ID
    provider: str | None = attribute(description="The payment provider that sent it.")
    consumer: str | None = attribute(description="The group of Kafka consumers it was for.")
    type: str
    object_id: str | None = attribute(description="What it is about: the provider's object, or our aggregate.")
    attempts: int
    outcome: str = attribute(description="Why it was given up.")
    received_at: datetime
    replays: list[DeadLetterReplay] = attribute(description="Oldest first.")


DeadLetterConnection = connection(
    DeadLetter, pb.ListDeadLettersResponse, name="DeadLetterConnection", permission=OPERATORS, admin=True
)


@strawberry.input
class DeadLetterReplayInput:
    """Which event to process again, and why: the reason is kept with your name."""

    id: strawberry.ID
    reason: str


@type_(pb.ReplayDeadLetterResponse, permission=ORDER_MANAGER, admin=True)
class DeadLetterReplayPayload:
    """The event, to be processed again."""

    dead_letter: DeadLetter | None
    user_errors: list[UserError]


@query(DeadLetterConnection, permission=OPERATORS, admin=True)
async def dead_letters(ctx: OrderContext, *, first: int = 20, after: str | None = None) -> pb.ListDeadLettersResponse:
    """Events that were given up, of the payment provider and of Kafka's consumers, newest first."""
    answer = await ctx.orders.ListDeadLetters(pb.ListDeadLettersRequest(page=page_request(first, after)))
    for service in answer.missing:
        ctx.degrade(f"without the dead letters of {service}, which does not answer")
    return answer


@mutation(DeadLetterReplayPayload, permission=ORDER_MANAGER, admin=True)
async def dead_letter_replay(ctx: OrderContext, *, input: DeadLetterReplayInput) -> pb.ReplayDeadLetterResponse:
    """Has an event processed again, as if it had just come; it is listed again if it fails again."""
    return await ctx.orders.ReplayDeadLetter(pb.ReplayDeadLetterRequest(id=input.id, reason=input.reason))
