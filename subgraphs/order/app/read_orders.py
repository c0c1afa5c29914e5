"""Orders, their history and their payments, for those who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import STAFF, may_see_order, may_see_orders_of
from subgraphs.order.app.ports import OrderPage, Page, Store
from subgraphs.order.domain.errors import BatchTooLarge, InvalidPage
from subgraphs.order.domain.order import Order, OrderEvent, OrderStatus
from subgraphs.order.domain.payment import PaymentAttempt

MOST_KEYS = 1_000


@dataclass(frozen=True, kw_only=True)
class ReadOrders:
    store: Store

    async def by_id(self, caller: Caller, ids: Sequence[str]) -> list[Order | None]:
        """In the order of ids; None for orders that are not there or not the caller's."""
        found = await self._visible(caller, ids)
        return [found.get(order_id) for order_id in ids]

    async def pages_of_customers(self, caller: Caller, customer_ids: Sequence[str], page: Page) -> list[OrderPage]:
        checked_page(page)
        checked_batch(customer_ids)
        allowed = [one for one in dict.fromkeys(customer_ids) if may_see_orders_of(caller, one)]
        async with self.store.reading() as work:
            pages = dict(zip(allowed, await work.orders.pages_of_customers(allowed, page), strict=True))
        empty = OrderPage(orders=[], has_next=False)
        return [pages.get(customer_id, empty) for customer_id in customer_ids]

    async def page(self, caller: Caller, page: Page, status: OrderStatus | None) -> OrderPage:
        caller.require(*STAFF)
        checked_page(page)
        async with self.store.reading() as work:
            return await work.orders.page(page, status)

    async def events(self, caller: Caller, ids: Sequence[str]) -> list[list[OrderEvent]]:
        visible = await self._visible(caller, ids)
        async with self.store.reading() as work:
            found = await work.orders.events(list(visible))
        return [found.get(order_id, []) for order_id in ids]

    async def payments(self, caller: Caller, ids: Sequence[str]) -> list[list[PaymentAttempt]]:
        visible = await self._visible(caller, ids)
        async with self.store.reading() as work:
            found = await work.attempts.of_orders(list(visible))
        return [found.get(order_id, []) for order_id in ids]

    async def _visible(self, caller: Caller, ids: Sequence[str]) -> dict[str, Order]:
        checked_batch(ids)
        async with self.store.reading() as work:
            found = await work.orders.get(ids)
        return {order_id: order for order_id, order in found.items() if may_see_order(caller, order)}


def checked_batch(keys: Sequence[str]) -> None:
    if len(keys) > MOST_KEYS:
        raise BatchTooLarge(most=MOST_KEYS)


def checked_page(page: Page) -> Page:
    """Cursors are ids."""
    if page.after and not page.after.replace("_", "").isalnum():
        raise InvalidPage
    return checked_size(page)


def checked_size(page: Page) -> Page:
    if not 1 <= page.first <= 100:
        raise InvalidPage
    return page
