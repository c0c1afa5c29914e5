"""Holds stock for orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.sight import require_service
from subgraphs.catalog.app.stock_ports import Stock
from subgraphs.catalog.domain.stock import Reservation, ReservationOutcome


@dataclass(frozen=True)
class ReserveStock:
    """All reservations in one transaction, each all or nothing; repeating an id gives the same outcome."""

    stock: Stock

    async def __call__(self, reservations: Sequence[Reservation]) -> list[ReservationOutcome]:
        require_service()
        check_keys(reservations)
        return await self.stock.reserve(reservations) if reservations else []
