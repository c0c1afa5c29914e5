"""Ships a paid order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from subgraphs.order.app.access import principal
from subgraphs.order.app.idempotency import checked_key, fingerprint, same_use
from subgraphs.order.app.ports import KeyUse, Store
from subgraphs.order.domain.errors import OrderMoveRefused, UnknownOrder
from subgraphs.order.domain.order import Order
from subgraphs.order.domain.problem import Problem

MUTATION = "orderFulfill"
LONGEST_TRACKING = 100


@dataclass(frozen=True, kw_only=True)
class FulfillOrder:
    store: Store
    now: Callable[[], datetime]

    async def __call__(
        self, caller: Caller, order_id: str, key: str, tracking_number: str | None
    ) -> tuple[Order, list[Problem]]:
        """Raises Forbidden, UnknownOrder, IdempotencyKeyMismatch."""
        caller.require("order_manager")
        checked_key(key)
        async with self.store.work() as work:
            order = (await work.orders.lock([order_id])).get(order_id)
            if order is None:
                raise UnknownOrder(order_id=order_id)
            if tracking_number is not None and len(tracking_number) > LONGEST_TRACKING:
                text = f"at most {LONGEST_TRACKING} characters"
                return order, [Problem(code="TOO_LONG", message=text, field=("trackingNumber",))]
            arguments = fingerprint(order_id, tracking_number)
            earlier = await work.keys.find(principal(caller), MUTATION, key)
            if earlier is not None:
                same_use(earlier, arguments)
                return order, []
            try:
                order.fulfill(tracking_number, self.now())
            except OrderMoveRefused as error:
                return order, [Problem(code="WRONG_STATE", message=str(error), field=("orderId",))]
            use = KeyUse(arguments=arguments, order_id=order_id, result="", fresh=True)
            await work.keys.claim(principal(caller), MUTATION, key, use)
            await work.orders.save([order])
        return order, []
