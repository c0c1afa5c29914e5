"""Stock: read, counted, reserved, sold, given back."""

from dataclasses import dataclass

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.stock import PostgresStock
from subgraphs.catalog.adapters.postgres.stock_locations import PostgresStockLocations
from subgraphs.catalog.adapters.postgres.stock_reading import PostgresStockReading
from subgraphs.catalog.app.adjust_stock import AdjustStock
from subgraphs.catalog.app.expire_reservations import ExpireReservations
from subgraphs.catalog.app.keep_locations import KeepLocations
from subgraphs.catalog.app.move_reservations import MoveReservations
from subgraphs.catalog.app.read_stock import ReadStock
from subgraphs.catalog.app.reserve_stock import ReserveStock
from subgraphs.catalog.app.settle_locations import SettleLocations
from subgraphs.catalog.bootstrap.work import Background, timely
from subgraphs.catalog.settings import CatalogSettings


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """What InventoryService calls, and what runs beside it."""

    read: ReadStock
    locations: KeepLocations
    reserve: ReserveStock
    move: MoveReservations
    adjust: AdjustStock
    background: Background


def inventory(settings: CatalogSettings, db: Database, moves: Database) -> Inventory:
    """`moves` is where units are moved: on the way of every checkout."""
    stock = PostgresStock(moves, settings.allocation_strategy, settings.low_stock_threshold)
    locations = PostgresStockLocations(db, settings.low_stock_threshold)
    interval = settings.expiry_interval_seconds
    return Inventory(
        read=ReadStock(PostgresStockReading(db, settings.low_stock_threshold)),
        locations=KeepLocations(locations),
        reserve=ReserveStock(stock),
        move=MoveReservations(stock),
        adjust=AdjustStock(stock),
        background={
            "expiry": ExpireReservations(stock, timely(moves, interval)).run,
            "locations": SettleLocations(locations, timely(db, interval)).run,
        },
    )
