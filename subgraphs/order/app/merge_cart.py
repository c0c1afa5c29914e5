"""On login: the guest's cart becomes the customer's, or its lines join the customer's open cart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.identity import Caller
from subgraphs.order.app.access import owns_cart
from subgraphs.order.app.cart_answers import CartAnswer, priced_cart
from subgraphs.order.app.ports import Store
from subgraphs.order.app.price_carts import PriceCarts
from subgraphs.order.domain.cart import MAX_CODES, MAX_LINES, MAX_QUANTITY, Cart, CartLine, CartStatus
from subgraphs.order.domain.errors import UnknownCart


@dataclass(frozen=True, kw_only=True)
class MergeCart:
    store: Store
    price: PriceCarts

    async def __call__(self, caller: Caller, cart_id: str) -> CartAnswer:
        """The caller holds the cart's secret and is logged in. Raises Unauthenticated, UnknownCart. Repeatable."""
        customer_id = caller.require_user()
        async with self.store.work() as work:
            guest = await work.carts.lock(cart_id)
            if guest is None or not owns_cart(caller, guest):
                raise UnknownCart(cart_id=cart_id)
            own = (await work.carts.open_of_customers([customer_id])).get(customer_id)
            if guest.customer_id == customer_id and guest.status is CartStatus.OPEN:
                cart = guest
            elif locked := guest.locked() or (own.locked() if own else None):
                return CartAnswer(cart=await priced_cart(self.price, own or guest), problems=[locked])
            elif own is None:
                guest.customer_id, guest.token_hash = customer_id, None
                await work.carts.save(guest)
                cart = guest
            else:
                join(own, guest.lines)
                inherit(own, guest)
                guest.status = CartStatus.MERGED
                await work.carts.save(guest)
                await work.carts.save(own)
                cart = own
        return CartAnswer(cart=await priced_cart(self.price, cart))


def join(cart: Cart, lines: Sequence[CartLine]) -> None:
    for line in lines:
        present = cart.line_of(line.sku)
        if present is not None:
            quantity = min(MAX_QUANTITY, present.quantity + line.quantity)
            cart.lines[cart.lines.index(present)] = replace(present, quantity=quantity)
        elif len(cart.lines) < MAX_LINES:
            cart.lines.append(line)


def inherit(cart: Cart, guest: Cart) -> None:
    """What the customer's cart lacks it takes from the guest's."""
    cart.email = cart.email or guest.email
    cart.address = cart.address or guest.address
    if guest.context.currency == cart.context.currency:
        cart.delivery_method_code = cart.delivery_method_code or guest.delivery_method_code
    codes = dict.fromkeys((*cart.discount_codes, *guest.discount_codes))
    cart.discount_codes = tuple(codes)[:MAX_CODES]
