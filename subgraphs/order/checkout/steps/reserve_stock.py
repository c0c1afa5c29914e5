"""Reserves all lines of all waiting orders in one call; each order gets all its lines or none. Undone by releasing."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.order.checkout.ports import Reservation, Stock, StockAnswer, StockState
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.outcome import Done, Outcome, Refused

KEPT = frozenset({StockState.RESERVED, StockState.SECURED, StockState.SOLD})
LET_GO = frozenset(
    {StockState.RELEASED, StockState.EXPIRED, StockState.SHORT, StockState.UNKNOWN, StockState.RESTOCKED}
)


@dataclass(frozen=True, kw_only=True)
class ReserveStock:
    stock: Stock

    async def run(self, states: Sequence[Checkout]) -> list[Outcome[Checkout]]:
        answers = await self.stock.reserve([reservation(state) for state in states])
        return [self._outcome(state, answer) for state, answer in zip(states, answers, strict=True)]

    def _outcome(self, state: Checkout, answer: StockAnswer) -> Outcome[Checkout]:
        if answer.state in KEPT:
            return Done(state=state)
        problem = shortage(answer) if answer.state is StockState.SHORT else expired()
        return Refused(state=state.refused(problem), reason=problem.code)

    async def release(self, states: Sequence[Checkout]) -> list[Outcome[Checkout]]:
        """Names the reservation: never another's, a no-op when there is none, and a late reserve is refused."""
        answers = await self.stock.release([state.reservation_id for state in states])
        return [
            Done(state=state) if answer.state in LET_GO else Refused(state=state, reason=f"stock is {answer.state}")
            for state, answer in zip(states, answers, strict=True)
        ]


def reservation(state: Checkout) -> Reservation:
    """Two lines of one SKU are one demand."""
    wanted: dict[str, int] = {}
    for _, sku, quantity in state.lines:
        wanted[sku] = wanted.get(sku, 0) + quantity
    return Reservation(id=state.reservation_id, order_id=state.order_id, lines=tuple(sorted(wanted.items())))


def shortage(answer: StockAnswer) -> Problem:
    short = answer.shortages[0] if answer.shortages else None
    if short is None:
        return Problem(code="INSUFFICIENT_STOCK", message="not enough is left", field=("cartId",))
    if short.unknown:
        return Problem(code="UNKNOWN_SKU", message=f"{short.sku} is not for sale", field=("cartId",), sku=short.sku)
    text = f"only {short.available} of {short.sku} left"
    return Problem(code="INSUFFICIENT_STOCK", message=text, field=("cartId",), sku=short.sku, available=short.available)


def expired() -> Problem:
    return Problem(code="INSUFFICIENT_STOCK", message="the reservation has expired; try again", field=("cartId",))
