"""From a cart to a pending order and the checkout that will decide it."""

from dataclasses import dataclass
from datetime import datetime

from chassis.ids import new_id
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.cart import Cart
from subgraphs.order.domain.order import Order
from subgraphs.order.domain.pricing import PricedLine, Totals


@dataclass(frozen=True, kw_only=True)
class Placement:
    order: Order
    checkout: Checkout


def placement(cart: Cart, order_id: str, expected_total: int, payment_token: str, now: datetime) -> Placement:
    """The cart must be complete. Prices follow in the first step; until then the expected total stands for them. The
    order gets its number as it is written: numbers are not given to orders that never are."""
    assert cart.address is not None  # noqa: S101  (checked before)
    lines = [PricedLine(id=new_id("oln"), sku=line.sku, quantity=line.quantity) for line in cart.lines]
    order = Order(
        id=order_id,
        number="",
        buyer_id=cart.buyer_id,
        customer_id=cart.customer_id,
        cart_id=cart.id,
        token_hash=cart.token_hash,
        email=cart.email or "",
        channel=cart.context.channel,
        currency=cart.context.currency,
        lines=lines,
        totals=Totals(subtotal=expected_total),
        address=cart.address,
        delivery_code=cart.delivery_method_code or "",
        delivery_name=cart.delivery_method_code or "",
        discount_codes=cart.discount_codes,
        created_at=now,
        updated_at=now,
    )
    order.place(now)
    checkout = Checkout(
        order_id=order_id,
        buyer_id=cart.buyer_id,
        customer_id=cart.customer_id,
        cart_id=cart.id,
        channel=cart.context.channel,
        currency=cart.context.currency,
        locale=cart.context.locale,
        lines=tuple((line.id, line.sku, line.quantity) for line in lines),
        codes=cart.discount_codes,
        delivery_code=cart.delivery_method_code or "",
        country=cart.address.country_code,
        region=cart.address.region or "",
        expected_total=expected_total,
        payment_token=payment_token,
        reservation_id=new_id("rsv"),
        authorization_id=new_id("pay"),
        capture_id=new_id("pay"),
        void_id=new_id("pay"),
    )
    return Placement(order=order, checkout=checkout)
