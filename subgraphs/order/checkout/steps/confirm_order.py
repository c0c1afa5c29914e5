"""The pivot: the order is confirmed and announced, the cart completed. From here only forward."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from subgraphs.order.checkout.ports import CheckoutWork
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.saga.outcome import Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmOrder:
    now: Callable[[], datetime]

    async def confirm(self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]) -> Sequence[Outcome[Checkout]]:
        states = [outcome.state for outcome in outcomes]
        orders = await work.orders.lock([state.order_id for state in states])
        for order in orders.values():
            order.confirm(self.now())
        await work.orders.save(list(orders.values()))
        order_ids = [state.order_id for state in states]
        await work.carts.set_checkout([state.cart_id for state in states], order_ids=order_ids, completed=True)
        return outcomes
