"""InventoryService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1.catalog_pb2_grpc import InventoryServiceServicer

from chassis.wire import entity_error
from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.app.move_reservations import COMMIT, RELEASE, RESTOCK, SECURE
from subgraphs.catalog.domain.errors import UnknownSku
from subgraphs.catalog.domain.stock import Adjustment, Move, StockLevel, reservation
from subgraphs.catalog.rpc.mapping import (
    DEFAULT_FIRST,
    adjustment_message,
    ledger_message,
    level_message,
    page_info,
    reservation_message,
)

Context = grpc.aio.ServicerContext[Any, Any]
DEFAULT_TTL_SECONDS = 900


class InventoryServicer(InventoryServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: CatalogApp) -> None:
        self._app = app

    async def BatchGetStock(self, request: pb.BatchGetStockRequest, context: Context) -> pb.BatchGetStockResponse:
        levels = await self._app.read_stock.levels(request.skus)
        return pb.BatchGetStockResponse(outcomes=[_level_outcome(each) for each in levels])

    async def ReserveStock(self, request: pb.ReserveStockRequest, context: Context) -> pb.ReserveStockResponse:
        reservations = [
            reservation(
                reservation_id=each.reservation_id,
                order_id=each.order_id,
                lines=[(line.sku, line.quantity) for line in each.lines],
                ttl_seconds=each.ttl_seconds or DEFAULT_TTL_SECONDS,
            )
            for each in request.reservations
        ]
        outcomes = await self._app.reserve(reservations)
        return pb.ReserveStockResponse(outcomes=[reservation_message(each) for each in outcomes])

    async def SecureStock(self, request: pb.ReservationsRequest, context: Context) -> pb.ReservationsResponse:
        return await self._move(request, SECURE)

    async def CommitStock(self, request: pb.ReservationsRequest, context: Context) -> pb.ReservationsResponse:
        return await self._move(request, COMMIT)

    async def ReleaseStock(self, request: pb.ReservationsRequest, context: Context) -> pb.ReservationsResponse:
        return await self._move(request, RELEASE)

    async def RestockReservations(self, request: pb.ReservationsRequest, context: Context) -> pb.ReservationsResponse:
        return await self._move(request, RESTOCK)

    async def _move(self, request: pb.ReservationsRequest, move: Move) -> pb.ReservationsResponse:
        outcomes = await self._app.move(request.reservation_ids, move)
        return pb.ReservationsResponse(outcomes=[reservation_message(each) for each in outcomes])

    async def AdjustStock(self, request: pb.AdjustStockRequest, context: Context) -> pb.AdjustStockResponse:
        adjustments = [
            Adjustment(
                sku=each.sku,
                delta=each.delta,
                change_from=each.change_from_quantity if each.HasField("change_from_quantity") else None,
                reason=each.reason,
            )
            for each in request.adjustments
        ]
        outcomes = await self._app.adjust(adjustments, request.idempotency_key)
        return pb.AdjustStockResponse(outcomes=[adjustment_message(each) for each in outcomes])

    async def ListStockLedger(self, request: pb.ListStockLedgerRequest, context: Context) -> pb.ListStockLedgerResponse:
        entries, older = await self._app.read_stock.ledger(
            request.sku, first=request.page.first or DEFAULT_FIRST, after=request.page.after
        )
        return pb.ListStockLedgerResponse(
            entries=[ledger_message(each) for each in entries],
            page_info=page_info([each.id for each in entries], has_next=older, has_previous=bool(request.page.after)),
        )


def _level_outcome(level: StockLevel | None) -> pb.StockOutcome:
    if level is None:
        return pb.StockOutcome(error=entity_error(UnknownSku()))
    return pb.StockOutcome(level=level_message(level))
