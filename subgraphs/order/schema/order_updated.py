"""Subscription.orderUpdated."""

from collections.abc import AsyncIterator

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import OWNER_OR_STAFF, PUBLIC, Long, subscription, type_
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order import Order
from subgraphs.order.schema.order_event import OrderEvent


@type_(pb.OrderUpdate, permission=PUBLIC)
class OrderUpdate:
    """The order as it is now, and the event that made it so; the first one may have no event."""

    order: Order
    event: OrderEvent | None


def _sequence(update: pb.OrderUpdate) -> int:
    return update.order.sequence


@subscription(OrderUpdate, permission=OWNER_OR_STAFF, cursor=_sequence)
async def order_updated(
    ctx: OrderContext, *, id: strawberry.ID, after: Long | None = None
) -> AsyncIterator[pb.OrderUpdate]:
    """The present state first, then every change; with `after`, the changes since that event before those to come."""
    async for update in ctx.orders.WatchOrder(pb.WatchOrderRequest(order_id=id, after_sequence=after)):
        yield update
