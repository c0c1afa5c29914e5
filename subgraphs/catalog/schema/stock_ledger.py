"""Query.stockLedger, for staff."""

from datetime import datetime

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import attribute, page_request, query, type_
from chassis.graph.values import PageInfo
from subgraphs.catalog.schema.context import CatalogContext
from subgraphs.catalog.schema.stock_location import STOCK_READERS


@type_(pb.StockLedgerEntry, permission=STOCK_READERS, admin=True)
class StockLedgerEntry:
    """One move of units."""

    id: str
    sku: str
    location: str = attribute(description="The id of the place where they moved.")
    kind: str = attribute(
        description="received, reserved, secured, sold, released, expired, restocked, adjusted or counted."
    )
    available_delta: int
    reserved_delta: int
    secured_delta: int
    sold_delta: int
    reservation_id: str | None
    order_id: str | None
    reason: str | None
    created_at: datetime


@strawberry.input
class StockLedgerWhere:
    """What is left out does not narrow."""

    location_id: strawberry.ID | None = None
    kinds: list[str] | None = strawberry.field(default=None, description="Any of these.")
    order_id: strawberry.ID | None = None
    since: datetime | None = None
    until: datetime | None = strawberry.field(default=None, description="Not included.")


@type_(pb.ListStockLedgerResponse, permission=STOCK_READERS, admin=True)
class StockLedgerConnection:
    """One page of the ledger."""

    nodes: list[StockLedgerEntry] = attribute("entries")
    page_info: PageInfo


@query(StockLedgerConnection, permission=STOCK_READERS, admin=True)
async def stock_ledger(
    ctx: CatalogContext,
    *,
    sku: str | None = None,
    where: StockLedgerWhere | None = None,
    first: int = 20,
    after: str | None = None,
) -> pb.ListStockLedgerResponse:
    """What happened to units, newest first. The sums of all entries of a SKU at a location are its stock there."""
    wanted = where or StockLedgerWhere()
    request = pb.ListStockLedgerRequest(
        sku=sku or "",
        location=wanted.location_id or "",
        kinds=wanted.kinds or [],
        order_id=wanted.order_id or "",
        page=page_request(first, after),
    )
    if wanted.since is not None:
        request.since.FromDatetime(wanted.since)
    if wanted.until is not None:
        request.until.FromDatetime(wanted.until)
    return await ctx.inventory.ListStockLedger(request)
