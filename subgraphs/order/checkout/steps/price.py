"""Prices the order anew, server-side, and claims its discount codes. Undone by giving the codes back.

A customer whose account was deleted or blocked meanwhile is refused here, before anything is held for them.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.money import Money
from subgraphs.order.app.price_carts import PriceCarts, Priced
from subgraphs.order.checkout.ports import Accounts, CheckoutWork
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.discount import stacking_problem
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.outcome import Done, Outcome, Refused


@dataclass(frozen=True, kw_only=True)
class Price:
    price: PriceCarts
    accounts: Accounts
    now: Callable[[], datetime]

    async def run(self, states: Sequence[Checkout]) -> list[Outcome[Checkout]]:
        customers = sorted({state.customer_id for state in states if state.customer_id})
        priced, active = await asyncio.gather(self.price([state.to_price for state in states]), self._active(customers))
        return [self._outcome(state, one, active) for state, one in zip(states, priced, strict=True)]

    async def _active(self, customers: Sequence[str]) -> set[str]:
        return await self.accounts.active(customers) if customers else set()

    def _outcome(self, state: Checkout, priced: Priced, active: set[str]) -> Outcome[Checkout]:
        state = replace(state, priced=priced, total=priced.quote.totals.total)
        problem = self._problem(state, priced)
        if state.customer_id is not None and state.customer_id not in active:
            text = "this account cannot buy any more"
            problem = Problem(code="NOT_AVAILABLE", message=text, field=("cartId",))
        if problem is None:
            return Done(state=state)
        return Refused(state=state.refused(problem), reason=problem.code)

    def _problem(self, state: Checkout, priced: Priced) -> Problem | None:
        for line in priced.quote.lines:
            if line.unit_price is None:
                code, text = ("NOT_AVAILABLE", "is not for sale") if line.variant_id else ("UNKNOWN_SKU", "is unknown")
                return Problem(code=code, message=f"{line.sku} {text}", field=("cartId",), sku=line.sku)
        if priced.quote.delivery is None:
            text = "the delivery method is not offered any more"
            return Problem(code="DELIVERY_METHOD_REQUIRED", message=text, field=("cartId",))
        problem = self._code_problem(state, priced)
        if problem is None and priced.quote.totals.total != state.expected_total:
            return price_changed(state, priced.quote.totals.total)
        return problem

    def _code_problem(self, state: Checkout, priced: Priced) -> Problem | None:
        known = {code.code: code for code in priced.codes}
        for name in state.codes:
            if name not in known:
                return Problem(code="DISCOUNT_CODE_INVALID", message=f"{name} is not valid", field=("cartId",))
            subtotal, now = priced.quote.totals.subtotal, self.now()
            problem = known[name].problem(subtotal=subtotal, currency=state.currency, now=now)
            # The limit of uses is decided by the claim, which knows this order's own use.
            if problem is not None and problem.code != "DISCOUNT_CODE_USED_UP":
                return problem
        return stacking_problem(priced.codes)

    async def claim_codes(
        self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]
    ) -> Sequence[Outcome[Checkout]]:
        """Claims codes for those that go on, and writes what was priced, for the refused ones too."""
        wanted = [
            (code, outcome.state.order_id, outcome.state.buyer_id)
            for outcome in outcomes
            if isinstance(outcome, Done)
            for code in outcome.state.codes
        ]
        granted = await work.discount_codes.claim(wanted)
        settled = [self._with_codes(outcome, granted) for outcome in outcomes]
        await self._write(work, [outcome.state for outcome in settled])
        return settled

    def _with_codes(self, outcome: Outcome[Checkout], granted: set[tuple[str, str]]) -> Outcome[Checkout]:
        if not isinstance(outcome, Done):
            return outcome
        for code in outcome.state.codes:
            if (code, outcome.state.order_id) not in granted:
                problem = Problem(code="DISCOUNT_CODE_USED_UP", message=f"{code} is used up", field=("cartId",))
                return Refused(state=outcome.state.refused(problem), reason=problem.code, undo_this=True)
        return outcome

    async def _write(self, work: CheckoutWork, states: Sequence[Checkout]) -> None:
        priced = {state.order_id: state.priced.quote for state in states if state.priced is not None}
        orders = await work.orders.lock(list(priced))
        for order in orders.values():
            quote = priced[order.id]
            order.lines, order.totals, order.tax_lines = quote.lines, quote.totals, quote.tax_lines
            order.delivery_name = quote.delivery.name if quote.delivery else order.delivery_name
        await work.orders.save(list(orders.values()), lines=True)

    async def give_codes_back(
        self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]
    ) -> Sequence[Outcome[Checkout]]:
        with_codes = [outcome.state.order_id for outcome in outcomes if outcome.state.codes]
        if with_codes:
            await work.discount_codes.give_back(with_codes)
        return outcomes


def price_changed(state: Checkout, total: int) -> Problem:
    return Problem(
        code="PRICE_CHANGED",
        message="the total has changed; look at the cart again",
        field=("expectedTotal",),
        expected=Money(state.expected_total, state.currency),
        actual=Money(total, state.currency),
    )
