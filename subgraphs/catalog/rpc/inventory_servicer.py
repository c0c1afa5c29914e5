"""InventoryService: message in, use case, message out; no decisions."""

from typing import Any

import grpc.aio
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import stock_location_pb2 as location_pb
from emporium.catalog.v1.catalog_pb2_grpc import InventoryServiceServicer

from subgraphs.catalog.app.catalog_app import CatalogApp
from subgraphs.catalog.app.move_reservations import COMMIT, RELEASE, RESTOCK, SECURE
from subgraphs.catalog.domain.stock import Move, reservation
from subgraphs.catalog.domain.stock_news import Threshold
from subgraphs.catalog.rpc.batches import bounded
from subgraphs.catalog.rpc.mapping import DEFAULT_FIRST, fault_messages, page_info
from subgraphs.catalog.rpc.stock_mapping import (
    adjustment_from,
    adjustment_message,
    draft_of_location,
    ledger_filter_from,
    ledger_message,
    level_message,
    level_outcome,
    location_message,
    location_outcome,
    location_response,
    low_messages,
    reservation_message,
)

Context = grpc.aio.ServicerContext[Any, Any]
DEFAULT_TTL_SECONDS = 900


class InventoryServicer(InventoryServiceServicer):
    """The service on its use cases. Permissions are the use cases' affair."""

    def __init__(self, app: CatalogApp) -> None:
        self._app = app

    async def BatchGetStock(self, request: pb.BatchGetStockRequest, context: Context) -> pb.BatchGetStockResponse:
        levels = await self._app.read_stock.totals(request.skus)
        return pb.BatchGetStockResponse(outcomes=[level_outcome(each) for each in levels])

    async def BatchListStockLevels(
        self, request: pb.BatchListStockLevelsRequest, context: Context
    ) -> pb.BatchListStockLevelsResponse:
        lists = await self._app.read_stock.levels(request.skus)
        return pb.BatchListStockLevelsResponse(
            lists=[pb.StockLevelList(levels=[level_message(each) for each in levels]) for levels in lists]
        )

    async def ListStockLevels(self, request: pb.ListStockLevelsRequest, context: Context) -> pb.StockLevelPage:
        page = await self._app.read_stock.all_levels(
            location=request.location, first=request.page.first or DEFAULT_FIRST, after=request.page.after
        )
        return pb.StockLevelPage(
            nodes=[level_message(each) for each in page.items],
            cursors=page.cursors,
            page_info=page_info(page),
        )

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

    @bounded(pb.AdjustStockResponse, "adjustments")
    async def AdjustStock(self, request: pb.AdjustStockRequest, context: Context) -> pb.AdjustStockResponse:
        adjusted = await self._app.adjust(
            [adjustment_from(each) for each in request.adjustments], request.idempotency_key, dry_run=request.dry_run
        )
        return pb.AdjustStockResponse(
            outcomes=[adjustment_message(each) for each in adjusted.outcomes], repeated_answer=adjusted.repeated
        )

    async def ListStockLedger(self, request: pb.ListStockLedgerRequest, context: Context) -> pb.ListStockLedgerResponse:
        page = await self._app.read_stock.ledger(
            ledger_filter_from(request), first=request.page.first or DEFAULT_FIRST, after=request.page.after
        )
        return pb.ListStockLedgerResponse(
            entries=[ledger_message(each) for each in page.items],
            cursors=page.cursors,
            page_info=page_info(page),
        )

    async def BatchGetStockLocations(
        self, request: location_pb.BatchGetStockLocationsRequest, context: Context
    ) -> location_pb.BatchGetStockLocationsResponse:
        found = await self._app.locations.by_ids(request.ids)
        return location_pb.BatchGetStockLocationsResponse(outcomes=[location_outcome(each) for each in found])

    async def ListStockLocations(
        self, request: location_pb.ListStockLocationsRequest, context: Context
    ) -> location_pb.StockLocationPage:
        page = await self._app.locations.page(
            first=request.page.first or DEFAULT_FIRST,
            after=request.page.after,
            active=request.active if request.HasField("active") else None,
        )
        return location_pb.StockLocationPage(
            nodes=[location_message(each) for each in page.items],
            cursors=page.cursors,
            page_info=page_info(page),
        )

    async def UpsertStockLocation(
        self, request: location_pb.UpsertStockLocationRequest, context: Context
    ) -> location_pb.StockLocationResponse:
        return location_response(await self._app.locations.save(draft_of_location(request)))

    async def DeactivateStockLocation(
        self, request: location_pb.DeactivateStockLocationRequest, context: Context
    ) -> location_pb.StockLocationResponse:
        expected = request.expected_version if request.HasField("expected_version") else None
        return location_response(await self._app.locations.deactivate(request.id, expected))

    async def DeleteStockLocation(
        self, request: location_pb.DeleteStockLocationRequest, context: Context
    ) -> location_pb.DeleteStockLocationResponse:
        fault = await self._app.locations.delete(request.id, request.expected_version)
        if fault:
            return location_pb.DeleteStockLocationResponse(user_errors=fault_messages([fault]))
        return location_pb.DeleteStockLocationResponse(deleted_id=request.id)

    async def ListLowStock(
        self, request: location_pb.ListLowStockRequest, context: Context
    ) -> location_pb.LowStockPage:
        page = await self._app.read_stock.low(first=request.page.first or DEFAULT_FIRST, after=request.page.after)
        return location_pb.LowStockPage(nodes=low_messages(page.items), cursors=page.cursors, page_info=page_info(page))

    @bounded(location_pb.SetLowStockThresholdsResponse, "thresholds")
    async def SetLowStockThresholds(
        self, request: location_pb.SetLowStockThresholdsRequest, context: Context
    ) -> location_pb.SetLowStockThresholdsResponse:
        written = await self._app.locations.set_thresholds([
            Threshold(
                sku=each.sku,
                units=each.threshold if each.HasField("threshold") else None,
                expected_version=each.expected_version if each.HasField("expected_version") else None,
            )
            for each in request.thresholds
        ])  # fmt: skip
        return location_pb.SetLowStockThresholdsResponse(
            items=low_messages([each.item for each in written if each.item is not None]),
            user_errors=fault_messages([each.fault for each in written if each.fault is not None]),
        )
