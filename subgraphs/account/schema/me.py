"""Query.me."""

from typing import Any

from chassis.graph import PUBLIC, query
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.customer import Customer


@query(Customer | None, permission=PUBLIC)
async def me(ctx: AccountContext) -> Any:
    """Whoever is logged in; null for a guest."""
    if not ctx.caller.user_id:
        return None
    (found,) = await Customer.by_id([ctx.caller.user_id], ctx)
    return found
