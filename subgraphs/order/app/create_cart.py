"""Starts a cart: for a guest with a secret token, for a customer the one open cart they have."""

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.app.cart_answers import CartAnswer, priced_cart
from subgraphs.order.app.change_cart_lines import LineInput, add_lines
from subgraphs.order.app.ports import Store
from subgraphs.order.app.price_carts import PriceCarts
from subgraphs.order.domain.address import email_problem
from subgraphs.order.domain.cart import Cart, ShopContext
from subgraphs.order.domain.problem import Adjustment, Problem

CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, kw_only=True)
class CreateCart:
    store: Store
    price: PriceCarts
    now: Callable[[], datetime]

    async def __call__(
        self, caller: Caller, context: ShopContext, lines: Sequence[LineInput], email: str | None
    ) -> CartAnswer:
        """A customer's open cart takes the lines. Lines that cannot be added are told and left out."""
        problems: list[Problem] = []
        warnings: list[Adjustment] = []
        if email is not None and (problem := email_problem(email, "email")) is not None:
            problems.append(problem)
            email = None
        if not CURRENCY.fullmatch(context.currency):
            text = "a currency is three capital letters (ISO 4217)"
            return CartAnswer(problems=[Problem(code="WRONG_CURRENCY", message=text)])
        offers = await self.price.prices.offers(sorted({line.sku for line in lines}), context) if lines else {}
        token = None if caller.user_id else secrets.token_urlsafe(32)
        async with self.store.work() as work:
            earlier = await work.carts.open_of_customers([caller.user_id]) if caller.user_id else {}
            cart = earlier.get(caller.user_id)
            fresh = cart is None
            if cart is None:
                cart = self._new(caller, context, token)
            locked = cart.locked()
            if locked is not None:
                problems.append(locked)
            else:
                added, warnings = add_lines(cart, lines, offers, path=("lines",))
                problems += added
                cart.email = email or cart.email
                await (work.carts.add(cart) if fresh else work.carts.save(cart))
        answered = await priced_cart(self.price, cart)
        return CartAnswer(cart=answered, problems=problems, warnings=warnings, token=token)

    def _new(self, caller: Caller, context: ShopContext, token: str | None) -> Cart:
        now = self.now()
        return Cart(
            id=new_id("crt"),
            buyer_id=buyer_id_of(caller.user_id),
            customer_id=caller.user_id or None,
            token_hash=None if token is None else token_hash(token),
            context=context,
            created_at=now,
            updated_at=now,
        )


def buyer_id_of(user_id: str) -> str:
    """A customer is always the same buyer; a guest is a new one with each cart."""
    return f"byr_{user_id.partition('_')[2]}" if user_id else new_id("byr")


def token_hash(token: str) -> str:
    """How the secret is kept: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()
