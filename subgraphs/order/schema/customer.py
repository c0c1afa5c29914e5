"""What order adds to account's Customer."""

from typing import Any

import strawberry
from emporium.order.v1 import cart_pb2, order_pb2

from chassis.graph import OWNER_OR_STAFF, Identified, batched, outcomes, page_request, stub
from subgraphs.order.schema.cart import Cart
from subgraphs.order.schema.context import OrderContext
from subgraphs.order.schema.order import OrderConnection


@stub
class Customer:
    id: strawberry.ID

    @batched(Cart | None, permission=OWNER_OR_STAFF)
    @staticmethod
    async def cart(customers: list[Identified], ctx: OrderContext) -> list[Any]:
        """The open cart."""
        ids = [customer.id for customer in customers]
        request = cart_pb2.BatchGetCartsOfCustomersRequest(customer_ids=ids)
        return outcomes(await ctx.carts.BatchGetCartsOfCustomers(request))

    @batched(OrderConnection, permission=OWNER_OR_STAFF)
    @staticmethod
    async def orders(
        customers: list[Identified], ctx: OrderContext, *, first: int = 20, after: str | None = None
    ) -> list[Any]:
        """The orders, newest first."""
        request = order_pb2.BatchListOrdersOfCustomersRequest(
            customer_ids=[customer.id for customer in customers], page=page_request(first, after)
        )
        return list((await ctx.orders.BatchListOrdersOfCustomers(request)).pages)
