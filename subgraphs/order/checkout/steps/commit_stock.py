"""Books the secured units as sold; those of an order that was closed unpaid are released. Repeated until it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.order.checkout.ports import CheckoutWork, Stock, StockState
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.checkout.steps.reserve_stock import LET_GO
from subgraphs.order.saga.outcome import Done, Outcome, Refused

# RESTOCKED: the order was cancelled meanwhile, the units are back already.
ENDED = frozenset({StockState.SOLD, StockState.RESTOCKED})


@dataclass(frozen=True, kw_only=True)
class CommitStock:
    stock: Stock

    async def run(self, states: Sequence[Checkout]) -> list[Outcome[Checkout]]:
        sold = [state.reservation_id for state in states if not state.lapsed]
        back = [state.reservation_id for state in states if state.lapsed]
        answers = dict(zip(sold, await self.stock.commit(sold) if sold else [], strict=True))
        answers |= dict(zip(back, await self.stock.release(back) if back else [], strict=True))
        return [self._outcome(state, answers[state.reservation_id].state) for state in states]

    def _outcome(self, state: Checkout, stock: StockState) -> Outcome[Checkout]:
        if stock in (LET_GO if state.lapsed else ENDED):
            return Done(state=state)
        return Refused(state=state, reason=f"stock is {stock}")

    async def settle(self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]) -> Sequence[Outcome[Checkout]]:
        closed = [o.state.order_id for o in outcomes if o.state.lapsed and o.state.codes and isinstance(o, Done)]
        if closed:
            await work.discount_codes.give_back(closed)
        return outcomes
