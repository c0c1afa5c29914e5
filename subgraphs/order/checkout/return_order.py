"""Takes shipped goods back: what was paid for them is refunded, and they return to the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import principal
from subgraphs.order.app.idempotency import checked_key, fingerprint, same_use
from subgraphs.order.app.ports import KeyUse
from subgraphs.order.checkout.answers import OrderAnswer
from subgraphs.order.checkout.ports import CheckoutWork
from subgraphs.order.checkout.refund import Refund
from subgraphs.order.checkout.refund_order import RefundOrder, Started
from subgraphs.order.domain.errors import OrderMoveRefused, UnknownOrder
from subgraphs.order.domain.order import Order
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.transition import Claimed

MUTATION = "orderReturn"


@dataclass(frozen=True, kw_only=True)
class ReturnOrder:
    refunds: RefundOrder

    async def __call__(
        self, caller: Caller, order_id: str, key: str, lines: Sequence[tuple[str, int]], reason: str
    ) -> OrderAnswer:
        """`lines` are (order line id, quantity). Raises Forbidden, UnknownOrder, IdempotencyKeyMismatch."""
        caller.require("order_manager")
        checked_key(key)
        arguments = fingerprint(order_id, [list(line) for line in lines], reason)
        return await self.refunds.run(order_id, lambda: self._start(caller, order_id, key, arguments, lines))

    async def _start(
        self, caller: Caller, order_id: str, key: str, arguments: str, lines: Sequence[tuple[str, int]]
    ) -> Started | Problem:
        claims: list[Claimed[Refund]] = []
        async with self.refunds.store.work() as work:
            order = (await work.orders.lock([order_id])).get(order_id)
            if order is None:
                raise UnknownOrder(order_id=order_id)
            earlier = await work.keys.find(principal(caller), MUTATION, key)
            if earlier is not None:
                return await self.refunds.repeated(work, order, same_use(earlier, arguments).result)
            try:
                amount = order.take_back(lines, self.refunds.now())
            except OrderMoveRefused as error:
                return Problem(code="WRONG_STATE", message=str(error), field=("lines",))
            amount = min(amount, order.owed - await work.attempts.pending_refunds(order_id))
            state = await self.refunds.intent(work, order, amount, skus_of(order, lines))
            use = KeyUse(arguments=arguments, order_id=order_id, result=state.attempt_id, fresh=True)
            await work.keys.claim(principal(caller), MUTATION, key, use)
            claims = await self._write(work, order, state)
        self.refunds.engine.take(claims)
        # The return itself is one move; the refund is the next.
        return Started(attempt_id=state.attempt_id, sequence=order.sequence if amount else order.sequence - 1)

    async def _write(self, work: CheckoutWork, order: Order, state: Refund) -> list[Claimed[Refund]]:
        await work.orders.save_parcels(order)
        await work.orders.save([order])
        return await self.refunds.engine.begin(work, [(order.id, order.buyer_id, state)])


def skus_of(order: Order, lines: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    sku_of = {line.id: line.sku for line in order.lines}
    return tuple((sku_of[line_id], units) for line_id, units in lines)
