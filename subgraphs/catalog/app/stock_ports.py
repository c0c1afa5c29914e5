"""What the use cases of stock need of the world, in their own words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock import (
    Adjusted,
    Adjustment,
    LedgerEntry,
    Move,
    Reservation,
    ReservationOutcome,
    StockLevel,
)
from subgraphs.catalog.domain.stock_ledger import LedgerFilter
from subgraphs.catalog.domain.stock_location import LocationDraft, LocationWrite, StockLocation, Stretch
from subgraphs.catalog.domain.stock_news import LowStock, Threshold, ThresholdWrite


class Stock(Protocol):
    """Units that are held, sold, given back, received and lost."""

    async def reserve(self, reservations: Sequence[Reservation]) -> list[ReservationOutcome]: ...
    async def move(self, ids: Sequence[str], move: Move) -> list[ReservationOutcome]: ...
    async def expires_in(self) -> float | None:
        """Seconds until a reservation is overdue; None: there is none."""
        ...

    async def expire(self, limit: int) -> int: ...
    async def adjust(self, adjustments: Sequence[Adjustment], scope: str, key: str, *, dry_run: bool) -> Adjusted: ...


class StockReading(Protocol):
    """What is where, how it came there, and what is low. Answers by SKU are in the order of the keys."""

    async def totals(self, skus: Sequence[str]) -> list[StockLevel | None]: ...
    async def levels(self, skus: Sequence[str]) -> list[list[StockLevel]]: ...
    async def levels_after(self, sku: str, location: str, limit: int, at: str) -> list[StockLevel]: ...
    async def low(self, after: str, limit: int) -> list[LowStock]: ...
    async def ledger(
        self, wanted: LedgerFilter, before: tuple[datetime, int] | None, limit: int
    ) -> list[LedgerEntry]: ...


class StockLocations(Protocol):
    """The places that hold stock, and when it is low."""

    async def by_ids(self, ids: Sequence[str]) -> list[StockLocation | None]: ...
    async def after(
        self, priority: int, location_id: str, limit: int, *, active: bool | None
    ) -> list[StockLocation]: ...
    async def save(self, draft: LocationDraft) -> LocationWrite: ...
    async def delete(self, location_id: str, expected_version: int) -> Fault | None:
        """Why it stays."""
        ...

    async def settled(self) -> bool:
        """Does all stock follow its location?"""
        ...

    async def settle(self, done: Stretch | None, limit: int) -> Stretch | None: ...
    async def set_thresholds(self, thresholds: Sequence[Threshold]) -> list[ThresholdWrite]: ...
