"""Between the messages of stock and its domain."""

from collections.abc import Sequence

from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import stock_location_pb2 as location_pb
from emporium.common.v1 import address_pb2, outcome_pb2

from chassis.wire import entity_error, moment, timestamp
from subgraphs.catalog.domain.errors import UnknownSku, UnknownStockLocation
from subgraphs.catalog.domain.stock import (
    DEFAULT_LOCATION,
    Adjustment,
    AdjustmentOutcome,
    LedgerEntry,
    ReservationOutcome,
    StockLevel,
)
from subgraphs.catalog.domain.stock_ledger import LedgerFilter
from subgraphs.catalog.domain.stock_location import LocationDraft, LocationWrite, StockLocation
from subgraphs.catalog.domain.stock_news import LowStock
from subgraphs.catalog.rpc.mapping import fault_messages


def level_message(level: StockLevel) -> pb.StockLevel:
    return pb.StockLevel(
        sku=level.sku,
        location=level.location,
        available=level.available,
        reserved=level.reserved,
        secured=level.secured,
        sold=level.sold,
    )


def level_outcome(level: StockLevel | None) -> pb.StockOutcome:
    if level is None:
        return pb.StockOutcome(error=entity_error(UnknownSku()))
    return pb.StockOutcome(level=level_message(level))


def reservation_message(outcome: ReservationOutcome) -> pb.ReservationOutcome:
    return pb.ReservationOutcome(
        reservation_id=outcome.id,
        state=outcome.state.value,
        shortages=[
            pb.Shortage(sku=each.sku, wanted=each.wanted, available=each.available, unknown=each.unknown)
            for each in outcome.shortages
        ],
        expires_at=timestamp(outcome.expires_at) if outcome.expires_at else None,
    )


def adjustment_from(message: pb.StockAdjustment) -> Adjustment:
    return Adjustment(
        sku=message.sku,
        location=message.location or DEFAULT_LOCATION,
        delta=message.delta,
        quantity=message.quantity if message.HasField("quantity") else None,
        change_from=message.change_from_quantity if message.HasField("change_from_quantity") else None,
        reason=message.reason,
    )


def adjustment_message(outcome: AdjustmentOutcome) -> pb.StockAdjustmentOutcome:
    errors = fault_messages(outcome.faults)
    for error, fault in zip(errors, outcome.faults, strict=True):
        if fault.code == "INSUFFICIENT_STOCK" and outcome.level is not None:
            error.insufficient_stock.CopyFrom(
                outcome_pb2.InsufficientStock(
                    code=outcome_pb2.INSUFFICIENT_STOCK,
                    field=fault.field,
                    message=fault.message,
                    sku=outcome.level.sku,
                    available=outcome.available,
                )
            )
    level = level_message(outcome.level) if outcome.level else None
    return pb.StockAdjustmentOutcome(level=level, user_errors=errors, delta=outcome.delta)


def ledger_filter_from(request: pb.ListStockLedgerRequest) -> LedgerFilter:
    return LedgerFilter(
        sku=request.sku,
        location=request.location,
        order_id=request.order_id,
        kinds=tuple(request.kinds),
        since=moment(request.since) if request.HasField("since") else None,
        until=moment(request.until) if request.HasField("until") else None,
    )


def ledger_message(entry: LedgerEntry) -> pb.StockLedgerEntry:
    return pb.StockLedgerEntry(
        id=entry.id,
        sku=entry.sku,
        location=entry.location,
        kind=entry.kind,
        available_delta=entry.available_delta,
        reserved_delta=entry.reserved_delta,
        secured_delta=entry.secured_delta,
        sold_delta=entry.sold_delta,
        reservation_id=entry.reservation_id,
        order_id=entry.order_id,
        reason=entry.reason,
        created_at=timestamp(entry.created_at),
    )


def location_message(location: StockLocation) -> location_pb.StockLocation:
    return location_pb.StockLocation(
        id=location.id,
        name=location.name,
        address=address_pb2.PostalAddress(**location.address) if location.address is not None else None,
        priority=location.priority,
        active=location.active,
        settled=location.settled,
        version=location.version,
        created_at=timestamp(location.created_at),
        updated_at=timestamp(location.updated_at),
    )


def location_outcome(location: StockLocation | None) -> location_pb.StockLocationOutcome:
    if location is None:
        return location_pb.StockLocationOutcome(error=entity_error(UnknownStockLocation()))
    return location_pb.StockLocationOutcome(location=location_message(location))


def location_response(write: LocationWrite) -> location_pb.StockLocationResponse:
    return location_pb.StockLocationResponse(
        location=location_message(write.location) if write.location else None, user_errors=fault_messages(write.faults)
    )


def draft_of_location(request: location_pb.UpsertStockLocationRequest) -> LocationDraft:
    address: dict[str, str] | None = None
    if request.HasField("address"):
        address = {field.name: value for field, value in request.address.ListFields()}
    return LocationDraft(
        id=request.id,
        name=request.name,
        address=address,
        priority=request.priority if request.HasField("priority") else None,
        active=request.active if request.HasField("active") else None,
        expected_version=request.expected_version if request.HasField("expected_version") else None,
    )


def low_messages(items: Sequence[LowStock]) -> list[location_pb.LowStockItem]:
    return [
        location_pb.LowStockItem(
            sku=each.sku,
            variant_id=each.variant_id,
            available=each.available,
            threshold=each.threshold,
            version=each.version,
        )
        for each in items
    ]
