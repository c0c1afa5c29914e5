"""Query.stockLedger, for staff."""

from datetime import datetime

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import attribute, page_request, query, type_
from chassis.graph.values import PageInfo
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.stock_level import STOCK_READERS


@type_(pb.StockLedgerEntry, permission=STOCK_READERS, admin=True)
class StockLedgerEntry:
    """One move of units."""

    id: str
    sku: str
    kind: str = attribute(description="received, reserved, secured, sold, released, expired, restocked or adjusted.")
    available_delta: int
    reserved_delta: int
    secured_delta: int
    sold_delta: int
    reservation_id: str | None
    order_id: str | None
    created_at: datetime


@type_(pb.ListStockLedgerResponse, permission=STOCK_READERS, admin=True)
class StockLedgerConnection:
    """One page of a SKU's ledger."""

    nodes: list[StockLedgerEntry] = attribute("entries")
    page_info: PageInfo


@query(StockLedgerConnection, permission=STOCK_READERS, admin=True)
async def stock_ledger(
    ctx: CatalogContext, *, sku: str, first: int = 20, after: str | None = None
) -> pb.ListStockLedgerResponse:
    """What happened to the units of a SKU, newest first. The sums of all entries are the stock."""
    return await ctx.inventory.ListStockLedger(pb.ListStockLedgerRequest(sku=sku, page=page_request(first, after)))
