"""The shopper came back from the bank's page: the parked checkout is woken and its outcome waited for."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import may_see_order
from subgraphs.order.app.ports import OrderChanges
from subgraphs.order.checkout.answers import AwaitOrder, OrderAnswer, answer_of
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.errors import UnknownOrder
from subgraphs.order.domain.order import Order, PaymentStatus
from subgraphs.order.saga.engine import Engine


@dataclass(frozen=True, kw_only=True)
class WakeCheckouts:
    """Has the checkouts of these orders ask the provider again, now. Used by shoppers and webhooks alike."""

    store: CheckoutStore
    engine: Engine[Checkout, CheckoutWork]

    async def __call__(self, order_ids: Sequence[str]) -> None:
        async with self.store.work() as work:
            woken = await work.sagas.wake(order_ids)
        if woken:
            self.engine.wake()


@dataclass(frozen=True, kw_only=True)
class ContinuePayment:
    store: CheckoutStore
    wake: WakeCheckouts
    changes: OrderChanges
    wait: AwaitOrder

    async def __call__(self, caller: Caller, order_id: str) -> OrderAnswer:
        """Raises UnknownOrder. An order that waits for nobody is answered as it is."""
        with self.changes.watching(order_id) as watching:
            async with self.store.reading() as work:
                order = (await work.orders.get([order_id])).get(order_id)
            if order is None or not may_see_order(caller, order):
                raise UnknownOrder(order_id=order_id)
            if order.payment_status is PaymentStatus.ACTION_REQUIRED:
                await self.wake([order_id])
                order = await self.wait(order_id, watching, _decided)
        return answer_of(order)


def _decided(order: Order) -> bool:
    return order.checkout_settled and order.payment_status is not PaymentStatus.ACTION_REQUIRED
