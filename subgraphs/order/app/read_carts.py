"""Carts by id and by customer, priced in one go."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.order.app.access import may_see_cart, may_see_orders_of
from subgraphs.order.app.cart_answers import PricedCart
from subgraphs.order.app.ports import Store
from subgraphs.order.app.price_carts import PriceCarts, to_price
from subgraphs.order.domain.cart import Cart
from subgraphs.order.domain.delivery import DeliveryMethod, Parcel


@dataclass(frozen=True, kw_only=True)
class ReadCarts:
    store: Store
    price: PriceCarts

    async def by_id(self, caller: Caller, ids: Sequence[str]) -> list[PricedCart | None]:
        """In the order of ids; None for carts that are not there or not the caller's."""
        async with self.store.reading() as work:
            found = await work.carts.get(ids)
        seen = {cart.id: cart for cart in found.values() if may_see_cart(caller, cart)}
        return await self._priced([seen.get(cart_id) for cart_id in ids])

    async def of_customers(self, caller: Caller, customer_ids: Sequence[str]) -> list[PricedCart | None]:
        """Their open carts, in order."""
        allowed = [customer_id for customer_id in customer_ids if may_see_orders_of(caller, customer_id)]
        if not allowed:
            return [None] * len(customer_ids)
        async with self.store.reading() as work:
            found = await work.carts.open_of_customers(allowed)
        return await self._priced([found.get(customer_id) for customer_id in customer_ids])

    async def _priced(self, carts: Sequence[Cart | None]) -> list[PricedCart | None]:
        known = [cart for cart in carts if cart is not None]
        priced = iter(await self.price([to_price(cart) for cart in known])) if known else iter(())
        return [None if cart is None else PricedCart(cart=cart, priced=next(priced)) for cart in carts]

    def delivery_methods(self, currency: str) -> list[DeliveryMethod]:
        """Of an empty cart in this currency."""
        return self.price.rules.delivery(Parcel(currency=currency))
