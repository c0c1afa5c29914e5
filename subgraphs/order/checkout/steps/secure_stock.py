"""Takes the time limit off the reservation, before money is sure: after this, stock cannot run out under the pivot.

Undone by the release of the reservation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.order.checkout.ports import Stock, StockState
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.checkout.steps.reserve_stock import expired
from subgraphs.order.saga.outcome import Done, Outcome, Refused

SECURE = frozenset({StockState.SECURED, StockState.SOLD})


@dataclass(frozen=True, kw_only=True)
class SecureStock:
    stock: Stock

    async def run(self, states: Sequence[Checkout]) -> list[Outcome[Checkout]]:
        answers = await self.stock.secure([state.reservation_id for state in states])
        return [
            Done(state=state)
            if answer.state in SECURE
            else Refused(state=state.refused(expired()), reason="RESERVATION_EXPIRED")
            for state, answer in zip(states, answers, strict=True)
        ]
