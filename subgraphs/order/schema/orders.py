"""Query.order, Query.orderByNumber, and Query.orders for staff."""

from typing import Any

import strawberry
from emporium.order.v1 import order_pb2 as pb

from chassis.graph import PUBLIC, any_role, page_request, query
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order import Order, OrderConnection
from subgraphs.order.schema.order_status import OrderStatus


@query(Order | None, permission=PUBLIC)
async def order(ctx: OrderContext, *, id: strawberry.ID) -> Any:
    """One's own order, by login or by the token of its cart; null for anybody else's."""
    (found,) = await Order.by_id([id], ctx)
    return found


@query(Order | None, permission=PUBLIC)
async def order_by_number(ctx: OrderContext, *, number: str, email: str) -> pb.Order | None:
    """A guest's order by its number and the e-mail it was placed with; null unless both are right. Rate-limited.

    It shows what was bought and where it is; the address, the history, the payments and any change need the token of
    its cart or a login.
    """
    answer = await ctx.orders.FindGuestOrder(pb.FindGuestOrderRequest(number=number, email=email))
    return answer.order if answer.HasField("order") else None


@query(OrderConnection, permission=any_role("support", "order_manager"), admin=True)
async def orders(
    ctx: OrderContext, *, status: OrderStatus | None = None, first: int = 20, after: str | None = None
) -> pb.OrderPage:
    """All orders, newest first."""
    request = pb.ListOrdersRequest(page=page_request(first, after), status=status.value if status else None)
    return await ctx.orders.ListOrders(request)
