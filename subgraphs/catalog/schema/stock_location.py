"""The GraphQL type StockLocation and Query.stockLocations, for staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from emporium.catalog.v1 import stock_location_pb2 as pb

from chassis.graph import (
    Long,
    PostalAddress,
    any_role,
    attribute,
    connection,
    lookup,
    outcomes,
    page_request,
    query,
    type_,
)
from subgraphs.catalog.schema.context import CatalogContext

STOCK_READERS = any_role("catalog_manager", "order_manager", "support")


@type_(pb.StockLocation, keys=["id"], permission=STOCK_READERS, admin=True)
class StockLocation:
    """A place that holds stock: a warehouse, a shop."""

    id: strawberry.ID = attribute(
        description="Chosen by you, kept for good: berlin. Stock, ledger and files name it so."
    )
    name: str
    address: PostalAddress | None
    priority: int = attribute(description="The greatest is served first.")
    active: bool = attribute(description="Its units are for sale.")
    settled: bool = attribute(description="False while the stock of a large location is being opened or closed.")
    version: Long
    created_at: datetime
    updated_at: datetime

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: CatalogContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.inventory.BatchGetStockLocations(pb.BatchGetStockLocationsRequest(ids=ids)))


StockLocationConnection = connection(
    StockLocation, pb.StockLocationPage, name="StockLocationConnection", permission=STOCK_READERS, admin=True
)


@query(StockLocationConnection, permission=STOCK_READERS, admin=True)
async def stock_locations(
    ctx: CatalogContext, *, active: bool | None = None, first: int = 20, after: str | None = None
) -> pb.StockLocationPage:
    """The places that hold stock, as they are served. At most 100."""
    request = pb.ListStockLocationsRequest(active=active, page=page_request(first, after))
    return await ctx.inventory.ListStockLocations(request)
