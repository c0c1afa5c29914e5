"""Query.invariants, for staff."""

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import attribute, query, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.sagas import OPERATORS


@type_(pb.Invariant, permission=OPERATORS, admin=True)
class Invariant:
    """A rule that always holds."""

    id: strawberry.ID = attribute(description='"I1" to "I12".')
    name: str
    breaches: int | None = attribute(
        description="At most 100 are counted; work in flight may show for a moment. Null: it took too long to count "
        "them, or the service that knows did not answer."
    )
    examples: list[str] = attribute(description="Some of the breaches, as JSON.")


@query(list[Invariant], permission=OPERATORS, admin=True)
async def invariants(ctx: OrderContext) -> list[pb.Invariant]:
    """I1 to I12 by the books of order and catalog, at most 15 s old; `emporium verify` asks the provider's as well."""
    return list((await ctx.orders.CheckInvariants(pb.CheckInvariantsRequest())).invariants)
