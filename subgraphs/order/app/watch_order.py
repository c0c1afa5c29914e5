"""An order as it moves: its present state, the gap from its history, then live."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import may_see_order
from subgraphs.order.app.ports import OrderChanges, Store
from subgraphs.order.domain.errors import UnknownOrder
from subgraphs.order.domain.order import Order, OrderEvent

POLL_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class WatchOrder:
    store: Store
    changes: OrderChanges

    async def __call__(
        self, caller: Caller, order_id: str, after: int | None
    ) -> AsyncIterator[tuple[Order, OrderEvent | None]]:
        """Ends when the order can change no more. `after`: the last sequence the watcher knows. Raises UnknownOrder."""
        with self.changes.watching(order_id) as watching:
            order = await self._read(order_id)
            if order is None or not may_see_order(caller, order):
                raise UnknownOrder(order_id=order_id)
            yield order, None
            known = order.sequence if after is None else max(0, after)
            while True:
                for event in await self._events(order_id, known):
                    known = event.sequence
                    if event.sequence > order.sequence:
                        order = await self._read(order_id) or order
                    yield order, event
                if order.final:
                    return
                await watching.next(POLL_SECONDS)

    async def _read(self, order_id: str) -> Order | None:
        async with self.store.reading() as work:
            return (await work.orders.get([order_id])).get(order_id)

    async def _events(self, order_id: str, after: int) -> list[OrderEvent]:
        async with self.store.reading() as work:
            return (await work.orders.events([order_id], after=after))[order_id]
