"""A cart as it is answered: priced, with what the caller can act on."""

from dataclasses import dataclass, field

from subgraphs.order.app.price_carts import PriceCarts, Priced, to_price
from subgraphs.order.domain.cart import Cart
from subgraphs.order.domain.problem import Adjustment, Problem


@dataclass(frozen=True, kw_only=True)
class PricedCart:
    cart: Cart
    priced: Priced


@dataclass(frozen=True, kw_only=True)
class CartAnswer:
    cart: PricedCart | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    warnings: list[Adjustment] = field(default_factory=list[Adjustment])
    token: str | None = None


async def priced_cart(price: PriceCarts, cart: Cart) -> PricedCart:
    return PricedCart(cart=cart, priced=(await price([to_price(cart)]))[0])
