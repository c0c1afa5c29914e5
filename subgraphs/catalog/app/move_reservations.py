"""Takes reservations on: secured, sold, released, restocked."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.sight import require_service
from subgraphs.catalog.app.stock_ports import Stock
from subgraphs.catalog.domain.stock import COMMIT, RELEASE, RESTOCK, SECURE, Move, ReservationOutcome

__all__ = ["COMMIT", "RELEASE", "RESTOCK", "SECURE", "MoveReservations"]


@dataclass(frozen=True)
class MoveReservations:
    """Repeatable: what is there already stays, what may not move answers its state."""

    stock: Stock

    async def __call__(self, ids: Sequence[str], move: Move) -> list[ReservationOutcome]:
        require_service()
        check_keys(ids)
        return await self.stock.move(ids, move) if ids else []
