"""Query.customers and Query.customer, for support and administrators."""

from typing import Any

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import SUPPORT, connection, page_request, query
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.customer import Customer

CustomerConnection = connection(
    Customer, pb.ListUsersResponse, name="CustomerConnection", permission=SUPPORT, admin=True
)


@query(CustomerConnection, permission=SUPPORT, admin=True)
async def customers(
    ctx: AccountContext, *, email_prefix: str | None = None, first: int = 20, after: str | None = None
) -> pb.ListUsersResponse:
    """All customers and staff, oldest first; `emailPrefix` narrows them down."""
    request = pb.ListUsersRequest(query=email_prefix or "", page=page_request(first, after))
    return await ctx.account.ListUsers(request)


@query(Customer | None, permission=SUPPORT, admin=True)
async def customer(ctx: AccountContext, *, id: strawberry.ID) -> Any:
    """One of them."""
    (found,) = await Customer.by_id([id], ctx)
    return found
