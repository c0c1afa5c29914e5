"""Cancels an order before it ships: at once for the shopper, then money, stock and codes are given back.

One that still waits at the bank's page is given up instead: its checkout is undone and the order rejected.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.app.access import may_see_order, principal
from subgraphs.order.app.idempotency import checked_key, fingerprint, same_use
from subgraphs.order.app.ports import KeyUse, OrderChanges
from subgraphs.order.checkout.answers import AwaitOrder, OrderAnswer
from subgraphs.order.checkout.cancellation import Cancellation
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.errors import UnknownOrder
from subgraphs.order.domain.order import Order, OrderStatus
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.engine import Engine
from subgraphs.order.saga.transition import Claimed

MUTATION = "orderCancel"


@dataclass(frozen=True, kw_only=True)
class CancelOrder:
    store: CheckoutStore
    engine: Engine[Cancellation, CheckoutWork]
    checkouts: Engine[Checkout, CheckoutWork]
    changes: OrderChanges
    wait: AwaitOrder
    now: Callable[[], datetime]

    async def __call__(self, caller: Caller, order_id: str, key: str, reason: str) -> OrderAnswer:
        """Raises UnknownOrder, IdempotencyKeyMismatch."""
        checked_key(key)
        with self.changes.watching(order_id) as watching:
            problem = await self._cancel(caller, order_id, key, reason)
            order = await self.wait(order_id, watching, lambda order: problem is not None or order.final)
        return OrderAnswer(order=order, problems=[problem] if problem else [])

    async def _cancel(self, caller: Caller, order_id: str, key: str, reason: str) -> Problem | None:
        claims: list[Claimed[Cancellation]] = []
        async with self.store.work() as work:
            order = (await work.orders.lock([order_id])).get(order_id)
            if order is None or not may_see_order(caller, order):
                raise UnknownOrder(order_id=order_id)
            arguments = fingerprint(order_id, reason)
            use = KeyUse(arguments=arguments, order_id=order_id, result="", fresh=True)
            earlier = await work.keys.find(principal(caller), MUTATION, key)
            if earlier is not None:
                same_use(earlier, arguments)
                return None
            if order.status is OrderStatus.PENDING:
                abandoned = await work.sagas.amend_parked(order_id, "checkout", {"abandoned": True})
            else:
                abandoned = False
            if order.fulfillments or (order.status is not OrderStatus.CONFIRMED and not abandoned):
                return cannot(order, "be cancelled")
            await work.keys.claim(principal(caller), MUTATION, key, use)
            if not abandoned:
                claims = await self._confirmed(work, order, reason)
        if abandoned:
            self.checkouts.wake()
        self.engine.take(claims)
        return None

    async def _confirmed(self, work: CheckoutWork, order: Order, reason: str) -> list[Claimed[Cancellation]]:
        order.cancel(reason, self.now())
        await work.orders.save([order])
        state = await self._state(work, order)
        return await self.engine.begin(work, [(order.id, order.buyer_id, state)])

    async def _state(self, work: CheckoutWork, order: Order) -> Cancellation:
        checkout = await work.sagas.payload(order.id, "checkout")
        return Cancellation(
            order_id=order.id,
            buyer_id=order.buyer_id,
            currency=order.currency,
            reservation_id=checkout["reservation_id"],
            authorization_id=checkout["authorization_id"],
            attempt_id=new_id("pay"),
        )


def cannot(order: Order, what: str) -> Problem:
    text = f"an order that is {order.status.lower()} and {order.payment_status.lower()} cannot {what}"
    return Problem(code="WRONG_STATE", message=text, field=("orderId",))
