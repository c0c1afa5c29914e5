"""The GraphQL type StockLevel and Query.stockLevels, for staff."""

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import attribute, connection, link, page_request, query, type_
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.stock_location import STOCK_READERS, StockLocation


@type_(pb.StockLevel, permission=STOCK_READERS, admin=True)
class StockLevel:
    """Where the units of a SKU are, at one location."""

    sku: str
    location: str = attribute(description="Its id.")
    stock_location: StockLocation | None = link("location", description="The location itself.")
    available: int = attribute(description="Free to be sold, where the location is active.")
    reserved: int = attribute(description="Held for checkouts that have not been paid for.")
    secured: int = attribute(description="Held for paid orders.")
    sold: int


StockLevelConnection = connection(
    StockLevel, pb.StockLevelPage, name="StockLevelConnection", permission=STOCK_READERS, admin=True
)


@query(StockLevelConnection, permission=STOCK_READERS, admin=True)
async def stock_levels(
    ctx: CatalogContext, *, location_id: str | None = None, first: int = 20, after: str | None = None
) -> pb.StockLevelPage:
    """All stock, or one location's, by SKU and location."""
    request = pb.ListStockLevelsRequest(location=location_id or "", page=page_request(first, after))
    return await ctx.inventory.ListStockLevels(request)
