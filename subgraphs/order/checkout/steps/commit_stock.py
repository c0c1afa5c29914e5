"""Books the secured units as sold. After the pivot: repeated until it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.order.checkout.ports import Stock, StockState
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.saga.outcome import Done, Outcome, Refused


@dataclass(frozen=True, kw_only=True)
class CommitStock:
    stock: Stock

    async def run(self, states: Sequence[Checkout]) -> list[Outcome[Checkout]]:
        answers = await self.stock.commit([state.reservation_id for state in states])
        # RESTOCKED: the order was cancelled meanwhile, the units are back already.
        ended = (StockState.SOLD, StockState.RESTOCKED)
        return [
            Done(state=state) if answer.state in ended else Refused(state=state, reason=f"stock is {answer.state}")
            for state, answer in zip(states, answers, strict=True)
        ]
