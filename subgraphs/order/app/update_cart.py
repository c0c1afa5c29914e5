"""E-mail, address, delivery method and discount codes of a cart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.identity import Caller
from subgraphs.order.app.cart_answers import CartAnswer
from subgraphs.order.app.change_cart_lines import ChangeCart
from subgraphs.order.app.ports import Store
from subgraphs.order.app.price_carts import PriceCarts, to_price
from subgraphs.order.domain.address import Address, email_problem
from subgraphs.order.domain.cart import MAX_CODES, Cart
from subgraphs.order.domain.discount import DiscountCode, normal_code, stacking_problem
from subgraphs.order.domain.problem import Adjustment, Problem


@dataclass(frozen=True, kw_only=True)
class UpdateCart:
    change: ChangeCart
    store: Store
    price: PriceCarts

    async def __call__(
        self, caller: Caller, cart_id: str, *, email: str | None, address: Address | None, delivery_code: str | None
    ) -> CartAnswer:
        """What is None stays as it is. Raises UnknownCart."""
        problems = [*address.problems("shippingAddress")] if address else []
        if email is not None and (problem := email_problem(email, "email")) is not None:
            problems.append(problem)
        if delivery_code is not None:
            problems += await self._delivery_problems(cart_id, address, delivery_code)

        def change(cart: Cart) -> tuple[list[Problem], list[Adjustment]]:
            cart.email = email or cart.email
            cart.address = address or cart.address
            cart.delivery_method_code = delivery_code or cart.delivery_method_code
            return problems, []

        return await self.change(caller, cart_id, change)

    async def _delivery_problems(self, cart_id: str, address: Address | None, code: str) -> list[Problem]:
        """Whether the method is offered for the cart, at the address it is about to have."""
        async with self.store.reading() as work:
            cart = (await work.carts.get([cart_id])).get(cart_id)
        if cart is None:
            return []
        (priced,) = await self.price([to_price(replace(cart, address=address or cart.address))])
        offered = [method.code for method in priced.quote.offered]
        if code in offered:
            return []
        text = f"this delivery method is not offered for this cart; there are: {', '.join(offered) or 'none'}"
        return [Problem(code="NOT_FOUND", message=text, field=("deliveryMethodCode",))]


@dataclass(frozen=True, kw_only=True)
class ChangeDiscountCodes:
    change: ChangeCart
    store: Store
    price: PriceCarts
    now: Callable[[], datetime]

    async def add(self, caller: Caller, cart_id: str, code: str) -> CartAnswer:
        """Checks the code against the cart as it is priced now; its use is claimed at checkout only."""
        problem, known = await self._problem(cart_id, normal_code(code))

        def change(cart: Cart) -> tuple[list[Problem], list[Adjustment]]:
            if problem is not None:
                return [problem], []
            stacking = stacking_problem(known)
            if stacking is not None:
                return [stacking], []
            if normal_code(code) not in cart.discount_codes:
                if len(cart.discount_codes) >= MAX_CODES:
                    text = f"a cart takes at most {MAX_CODES} codes"
                    return [Problem(code="LIMIT_REACHED", message=text, field=("code",))], []
                cart.discount_codes = (*cart.discount_codes, normal_code(code))
            return [], []

        return await self.change(caller, cart_id, change)

    async def remove(self, caller: Caller, cart_id: str, code: str) -> CartAnswer:
        def change(cart: Cart) -> tuple[list[Problem], list[Adjustment]]:
            if normal_code(code) not in cart.discount_codes:
                text = "the cart has no such code"
                return [Problem(code="DISCOUNT_CODE_INVALID", message=text, field=("code",))], []
            cart.discount_codes = tuple(one for one in cart.discount_codes if one != normal_code(code))
            return [], []

        return await self.change(caller, cart_id, change)

    async def _problem(self, cart_id: str, code: str) -> tuple[Problem | None, list[DiscountCode]]:
        """Why the code does not apply, and the cart's codes with it."""
        async with self.store.reading() as work:
            cart = (await work.carts.get([cart_id])).get(cart_id)
            known = await work.discount_codes.get([code, *(cart.discount_codes if cart else ())])
        if code not in known:
            return Problem(code="DISCOUNT_CODE_INVALID", message="no such discount code", field=("code",)), []
        if cart is None:
            return None, []
        priced = (await self.price([to_price(cart)]))[0]
        subtotal, currency = priced.quote.totals.subtotal, cart.context.currency
        return known[code].problem(subtotal=subtotal, currency=currency, now=self.now()), list(known.values())
