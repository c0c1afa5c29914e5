"""Stock, held by catalog: sets of reservations in one call each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from chassis.identity import acting_as, service_caller
from subgraphs.order.checkout.ports import Reservation, Shortage, StockAnswer, StockState
from subgraphs.order.saga.outcome import NotReached

if TYPE_CHECKING:
    # Only the type stubs know the async form.
    from emporium.catalog.v1.catalog_pb2_grpc import InventoryServiceAsyncStub

STATES = {
    pb.RESERVED: StockState.RESERVED,
    pb.SECURED: StockState.SECURED,
    pb.SOLD: StockState.SOLD,
    pb.RELEASED: StockState.RELEASED,
    pb.EXPIRED: StockState.EXPIRED,
    pb.REFUSED_SHORT: StockState.SHORT,
    pb.RESTOCKED: StockState.RESTOCKED,
    pb.UNKNOWN_RESERVATION: StockState.UNKNOWN,
}
Call = Callable[[pb.ReservationsRequest], Awaitable[pb.ReservationsResponse]]


class CatalogStock:
    def __init__(self, inventory: InventoryServiceAsyncStub, *, ttl_seconds: int) -> None:
        """`ttl_seconds` must outlast the longest authorisation and the action window."""
        self._inventory = inventory
        self._ttl_seconds = ttl_seconds

    async def reserve(self, reservations: Sequence[Reservation]) -> list[StockAnswer]:
        request = pb.ReserveStockRequest(
            reservations=[
                pb.ReservationRequest(
                    reservation_id=one.id,
                    order_id=one.order_id,
                    lines=[pb.ReservationLine(sku=sku, quantity=quantity) for sku, quantity in one.lines],
                    ttl_seconds=self._ttl_seconds,
                )
                for one in reservations
            ]
        )
        with acting_as(service_caller("order")):
            try:
                response = await self._inventory.ReserveStock(request)
            except RemoteError as error:
                raise reached(error) from error
        return [answer_of(outcome) for outcome in response.outcomes]

    async def secure(self, ids: Sequence[str]) -> list[StockAnswer]:
        return await self._call(self._inventory.SecureStock, ids)

    async def commit(self, ids: Sequence[str]) -> list[StockAnswer]:
        return await self._call(self._inventory.CommitStock, ids)

    async def release(self, ids: Sequence[str]) -> list[StockAnswer]:
        return await self._call(self._inventory.ReleaseStock, ids)

    async def restock(self, ids: Sequence[str]) -> list[StockAnswer]:
        return await self._call(self._inventory.RestockReservations, ids)

    async def receive(self, *, key: str, lines: Sequence[tuple[str, int]]) -> None:
        adjustments = [pb.StockAdjustment(sku=sku, delta=units, reason="returned") for sku, units in lines]
        with acting_as(service_caller("order")):
            try:
                await self._inventory.AdjustStock(pb.AdjustStockRequest(adjustments=adjustments, idempotency_key=key))
            except RemoteError as error:
                raise reached(error) from error

    async def _call(self, method: Call, ids: Sequence[str]) -> list[StockAnswer]:
        with acting_as(service_caller("order")):
            try:
                response = await method(pb.ReservationsRequest(reservation_ids=ids))
            except RemoteError as error:
                raise reached(error) from error
        return [answer_of(outcome) for outcome in response.outcomes]


def reached(error: RemoteError) -> Exception:
    """The saga's word for a neighbour that is away; anything else is the neighbour's own fault and stays."""
    return NotReached(str(error)) if error.retryable else error


def answer_of(outcome: pb.ReservationOutcome) -> StockAnswer:
    shortages = tuple(Shortage(sku=one.sku, available=one.available, unknown=one.unknown) for one in outcome.shortages)
    return StockAnswer(state=STATES[outcome.state], shortages=shortages)
