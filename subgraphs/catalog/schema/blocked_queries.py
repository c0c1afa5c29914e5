"""Query.blockedQueries, and the mutations of what is not offered, for staff."""

from datetime import datetime

import strawberry
from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, UserError, attribute, connection, mutation, page_request, query, type_
from subgraphs.catalog.schema.context import CatalogContext


@type_(pb.BlockedQuery, permission=CATALOG_MANAGER, admin=True)
class BlockedQuery:
    """Words that are never offered as a query that others search for, wherever they stand in it."""

    text: str = attribute(description="Its words in lower case, with single spaces and no punctuation between them.")
    blocked_by: str = attribute(description='"user:usr_…".')
    blocked_at: datetime


BlockedQueryConnection = connection(
    BlockedQuery, pb.ListBlockedQueriesResponse, name="BlockedQueryConnection", permission=CATALOG_MANAGER, admin=True
)


@query(BlockedQueryConnection, permission=CATALOG_MANAGER, admin=True)
async def blocked_queries(
    ctx: CatalogContext, *, first: int = 20, after: str | None = None
) -> pb.ListBlockedQueriesResponse:
    """What staff blocked, by text."""
    return await ctx.merchandising.ListBlockedQueries(pb.ListBlockedQueriesRequest(page=page_request(first, after)))


@strawberry.input
class BlockedQueriesAddInput:
    """At most 1,000 texts."""

    texts: list[str] = strawberry.field(description="Words, or several side by side. Case does not matter.")


@type_(pb.AddBlockedQueriesResponse, permission=CATALOG_MANAGER, admin=True)
class BlockedQueriesAddPayload:
    """What is blocked now."""

    blocked_queries: list[BlockedQuery] = attribute(
        description="All that were asked and not refused, by text; those that were blocked before too."
    )
    user_errors: list[UserError]


@mutation(BlockedQueriesAddPayload, permission=CATALOG_MANAGER, admin=True)
async def blocked_queries_add(ctx: CatalogContext, *, input: BlockedQueriesAddInput) -> pb.AddBlockedQueriesResponse:
    """Keeps queries with these words out of the suggestions, from two seconds later on."""
    return await ctx.merchandising.AddBlockedQueries(pb.AddBlockedQueriesRequest(texts=input.texts))


@strawberry.input
class BlockedQueriesRemoveInput:
    """At most 1,000 texts."""

    texts: list[str]


@type_(pb.RemoveBlockedQueriesResponse, permission=CATALOG_MANAGER, admin=True)
class BlockedQueriesRemovePayload:
    """What is not blocked any more."""

    texts: list[str] = attribute(description="Those that were blocked.")
    user_errors: list[UserError]


@mutation(BlockedQueriesRemovePayload, permission=CATALOG_MANAGER, admin=True)
async def blocked_queries_remove(
    ctx: CatalogContext, *, input: BlockedQueriesRemoveInput
) -> pb.RemoveBlockedQueriesResponse:
    """Lets queries with these words be learnt again, from what shoppers search for from now on."""
    return await ctx.merchandising.RemoveBlockedQueries(pb.RemoveBlockedQueriesRequest(texts=input.texts))
