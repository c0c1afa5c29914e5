"""Ships a paid order, in one parcel or several, and notes their arrival."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.app.access import principal
from subgraphs.order.app.idempotency import checked_key, fingerprint, same_use
from subgraphs.order.app.ports import KeyUse, Store
from subgraphs.order.domain.errors import OrderMoveRefused, UnknownOrder
from subgraphs.order.domain.fulfillment import Fulfillment, unshipped
from subgraphs.order.domain.order import Order
from subgraphs.order.domain.problem import Problem

FULFILL = "orderFulfill"
DELIVER = "orderDeliver"
LONGEST_TRACKING = 100
Move = Callable[[Order], None]
Lines = Sequence[tuple[str, int]]
"""(order line id, quantity)."""


@dataclass(frozen=True, kw_only=True)
class FulfillOrder:
    store: Store
    now: Callable[[], datetime]

    async def __call__(
        self, caller: Caller, order_id: str, key: str, tracking_number: str | None, lines: Lines = ()
    ) -> tuple[Order, list[Problem]]:
        """Without `lines` all that is left. Raises Forbidden, UnknownOrder, IdempotencyKeyMismatch."""

        def ship(order: Order) -> None:
            parcel = tuple(lines) or tuple(unshipped(order.lines, order.fulfillments).items())
            now = self.now()
            order.fulfill(
                Fulfillment(id=new_id("ful"), lines=parcel, tracking_number=tracking_number, shipped_at=now), now
            )

        problem = None
        if tracking_number is not None and len(tracking_number) > LONGEST_TRACKING:
            text = f"at most {LONGEST_TRACKING} characters"
            problem = Problem(code="TOO_LONG", message=text, field=("trackingNumber",))
        arguments = fingerprint(order_id, tracking_number, [list(line) for line in lines])
        return await self._move(caller, order_id, FULFILL, (key, arguments), ship, problem)

    async def deliver(
        self, caller: Caller, order_id: str, key: str, fulfillment_id: str
    ) -> tuple[Order, list[Problem]]:
        """Raises Forbidden, UnknownOrder, IdempotencyKeyMismatch."""
        arguments = fingerprint(order_id, fulfillment_id)
        return await self._move(
            caller, order_id, DELIVER, (key, arguments), lambda order: order.deliver(fulfillment_id, self.now()), None
        )

    async def _move(
        self, caller: Caller, order_id: str, mutation: str, use: tuple[str, str], move: Move, problem: Problem | None
    ) -> tuple[Order, list[Problem]]:
        """Under the order's row lock; once for each `use`, a key with the fingerprint of its arguments."""
        caller.require("order_manager")
        key, arguments = use
        checked_key(key)
        async with self.store.work() as work:
            order = (await work.orders.lock([order_id])).get(order_id)
            if order is None:
                raise UnknownOrder(order_id=order_id)
            earlier = await work.keys.find(principal(caller), mutation, key)
            if earlier is not None:
                same_use(earlier, arguments)
                return order, []
            if problem is not None:
                return order, [problem]
            try:
                move(order)
            except OrderMoveRefused as error:
                return order, [Problem(code="WRONG_STATE", message=str(error), field=("orderId",))]
            claim = KeyUse(arguments=arguments, order_id=order_id, result="", fresh=True)
            await work.keys.claim(principal(caller), mutation, key, claim)
            await work.orders.save_parcels(order)
            await work.orders.save([order])
        return order, []
