"""Query.learntQueries, for staff."""

from datetime import datetime

from emporium.catalog.v1 import merchandising_pb2 as pb

from chassis.graph import CATALOG_MANAGER, attribute, connection, page_request, query, type_
from subgraphs.catalog.schema.context import CatalogContext


@type_(pb.LearntQuery, permission=CATALOG_MANAGER, admin=True)
class LearntQuery:
    """A query that enough shoppers search for to be offered to others. One that has blocked words is none."""

    text: str = attribute(description="In lower case, with single spaces.")
    channel: str = attribute(description="Its slug.")
    locale: str | None = attribute(
        description="The language whose texts were searched; null: those that were written at first."
    )
    weight: float = attribute(
        description="How many asked for it, by what they count still: half after `half_life_days`."
    )
    asked_at: datetime = attribute(description="When the last of them were counted.")


LearntQueryConnection = connection(
    LearntQuery, pb.ListLearntQueriesResponse, name="LearntQueryConnection", permission=CATALOG_MANAGER, admin=True
)


@query(LearntQueryConnection, permission=CATALOG_MANAGER, admin=True)
async def learnt_queries(
    ctx: CatalogContext, *, channel: str | None = None, first: int = 20, after: str | None = None
) -> pb.ListLearntQueriesResponse:
    """What searchSuggest has learnt from shoppers, of a channel or of all, the most asked first."""
    request = pb.ListLearntQueriesRequest(page=page_request(first, after), channel=channel)
    return await ctx.merchandising.ListLearntQueries(request)
