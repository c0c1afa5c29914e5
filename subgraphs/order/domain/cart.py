"""Carts and their lines. Prices are not kept here: they are asked of the catalogue at every read."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from subgraphs.order.domain.address import Address
from subgraphs.order.domain.problem import Problem

MAX_QUANTITY = 999
MAX_LINES = 200
MAX_CODES = 5


class CartStatus(enum.StrEnum):
    OPEN = "OPEN"
    COMPLETED = "COMPLETED"
    MERGED = "MERGED"


@dataclass(frozen=True, kw_only=True)
class ShopContext:
    """What prices and publication depend on."""

    channel: str
    currency: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class CartLine:
    id: str
    sku: str
    quantity: int


@dataclass(kw_only=True)
class Cart:
    id: str
    buyer_id: str
    """Given at creation, never changed: part of every key on the order side."""
    customer_id: str | None
    token_hash: str | None
    context: ShopContext
    status: CartStatus = CartStatus.OPEN
    email: str | None = None
    address: Address | None = None
    delivery_method_code: str | None = None
    discount_codes: tuple[str, ...] = ()
    lines: list[CartLine] = field(default_factory=list[CartLine])
    order_id: str | None = None
    """The order that holds this cart: being checked out, or completed."""
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def locked(self) -> Problem | None:
        """Why the cart can no longer be changed."""
        if self.status is CartStatus.OPEN and self.order_id is None:
            return None
        text = "this cart is being checked out" if self.status is CartStatus.OPEN else "this cart was completed"
        return Problem(code="CART_COMPLETED", message=text, field=("cartId",))

    def line_of(self, sku: str) -> CartLine | None:
        return next((line for line in self.lines if line.sku == sku), None)

    def line(self, line_id: str) -> CartLine | None:
        return next((line for line in self.lines if line.id == line_id), None)


def quantity_problem(quantity: int, *path: str) -> Problem | None:
    """Quantities run from 1 to 999 a line."""
    if 1 <= quantity <= MAX_QUANTITY:
        return None
    return Problem(code="INVALID_QUANTITY", message=f"quantity must be 1 to {MAX_QUANTITY}", field=path)


def checkout_problems(cart: Cart) -> list[Problem]:
    """What the cart lacks before it can be checked out."""
    asked = (
        (not cart.lines, "CART_EMPTY", "the cart is empty"),
        (not cart.email, "EMAIL_REQUIRED", "an e-mail address is required"),
        (cart.address is None, "ADDRESS_REQUIRED", "a shipping address is required"),
        (not cart.delivery_method_code, "DELIVERY_METHOD_REQUIRED", "choose a delivery method"),
    )
    return [Problem(code=code, message=message, field=("cartId",)) for missing, code, message in asked if missing]
