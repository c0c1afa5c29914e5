"""Who may see and change which cart and which order. An id alone never authorises."""

from chassis.identity import Caller
from subgraphs.order.domain.cart import Cart
from subgraphs.order.domain.order import Order

STAFF = ("support", "order_manager")


def owns_cart(caller: Caller, cart: Cart) -> bool:
    """The guest with its secret, the customer it belongs to, or a service."""
    if caller.is_service:
        return True
    if cart.customer_id is not None:
        return caller.user_id == cart.customer_id
    return cart.token_hash is not None and caller.cart_token_hash == cart.token_hash


def may_see_cart(caller: Caller, cart: Cart) -> bool:
    return owns_cart(caller, cart) or caller.has(*STAFF)


def may_see_order(caller: Caller, order: Order) -> bool:
    """Its customer, the guest with the cart's secret, staff, or a service."""
    return owns_order(caller, order) or caller.has(*STAFF)


def owns_order(caller: Caller, order: Order) -> bool:
    if caller.is_service:
        return True
    if order.customer_id is not None and caller.user_id == order.customer_id:
        return True
    return order.token_hash is not None and caller.cart_token_hash == order.token_hash


def may_see_orders_of(caller: Caller, customer_id: str) -> bool:
    return caller.user_id == customer_id or caller.has(*STAFF)


def principal(caller: Caller) -> str:
    """What idempotency keys are scoped to."""
    if caller.user_id:
        return f"user:{caller.user_id}"
    if caller.cart_token_hash:
        return f"cart:{caller.cart_token_hash}"
    return f"service:{caller.service}" if caller.is_service else "anonymous"
