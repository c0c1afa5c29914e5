"""Takes the authorised money. After the pivot: repeated until it is known.

An authorisation that is gone for good cannot be made again, as the card's token was used up: the order is closed, and
what it held is given back. Where the provider took another amount than the total, what it took is written down and an
operator is asked; cancelling the order then pays back exactly that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.money import Money
from subgraphs.order.checkout.ports import CheckoutWork, Payments, ProviderStatus
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.checkout.steps.authorize_payment import answer_of, attempt
from subgraphs.order.domain.order import Order, OrderStatus
from subgraphs.order.domain.payment import AttemptAnswer, AttemptKind, PaymentOutcome, another_amount, part_of
from subgraphs.order.saga.outcome import Done, Outcome, Refused, Retry


@dataclass(frozen=True, kw_only=True)
class CapturePayment:
    payments: Payments
    now: Callable[[], datetime]

    async def write_intent(self, work: CheckoutWork, states: Sequence[Checkout]) -> None:
        kind = AttemptKind.CAPTURE
        await work.attempts.add([
            attempt(state, state.capture_id, kind, self.payments.provider, self.now())
            for state in states
            if state.total
        ])  # fmt: skip

    async def run(self, state: Checkout) -> Outcome[Checkout]:
        if not state.total or state.authorization is None:
            return Done(state=state)
        reference = state.authorization
        result = await self.payments.capture(key=state.capture_id, reference=reference, amount=state.owed)
        if result.outcome is PaymentOutcome.SUCCEEDED:
            return self._taken(state, result.amount)
        found = await self.payments.find(key=state.authorization_id, reference=reference)
        if found is not None and found.status is ProviderStatus.CAPTURED:
            return self._taken(state, found.amount)
        error = result.error or result.decline_reason or "no answer"
        gone = found is not None and found.status in {ProviderStatus.VOIDED, ProviderStatus.DECLINED}
        if result.outcome is PaymentOutcome.DECLINED and gone:
            return Done(state=replace(state, lapsed=True))
        return Retry(state=state, error=error, unknown=True)

    def _taken(self, state: Checkout, amount: Money | None) -> Outcome[Checkout]:
        known = replace(state, captured=part_of(state.owed, amount))
        difference = another_amount(state.owed, amount)
        return Refused(state=known, reason=f"the provider took {difference}") if difference else Done(state=known)

    async def settle(self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]) -> Sequence[Outcome[Checkout]]:
        await work.attempts.resolve([resolved(outcome) for outcome in outcomes if outcome.state.total])
        taken = [outcome for outcome in outcomes if isinstance(outcome, Done) or outcome.state.captured is not None]
        orders = await work.orders.lock([outcome.state.order_id for outcome in taken]) if taken else {}
        for outcome in taken:
            self._move(orders[outcome.state.order_id], outcome.state)
        await work.orders.save(list(orders.values()))
        return [given_up(outcome, orders.get(outcome.state.order_id)) for outcome in outcomes]

    def _move(self, order: Order, state: Checkout) -> None:
        if not state.lapsed:
            order.capture(state.total if state.captured is None else state.captured, self.now())
        elif order.status is OrderStatus.CANCELLED:
            order.void(self.now())
        else:
            order.close(self.now())


def given_up(outcome: Outcome[Checkout], order: Order | None) -> Outcome[Checkout]:
    """A part was taken of an order that is cancelled: the cancellation pays it back, no operator is needed."""
    if isinstance(outcome, Refused) and order is not None and order.status is OrderStatus.CANCELLED:
        return Done(state=replace(outcome.state, lapsed=True))
    return outcome


def resolved(outcome: Outcome[Checkout]) -> AttemptAnswer:
    state = outcome.state
    if state.lapsed:
        why = "the authorisation is gone"
        return AttemptAnswer(state.capture_id, PaymentOutcome.DECLINED, state.authorization, why)
    if state.captured is None:
        return AttemptAnswer(state.capture_id, unread(outcome), state.authorization)
    moved = None if state.captured == state.total else state.captured
    return AttemptAnswer(state.capture_id, PaymentOutcome.SUCCEEDED, state.authorization, moved=moved)


def unread(outcome: Outcome[Checkout]) -> PaymentOutcome:
    """Money may have been taken, but not how much we can write down: never a no."""
    return PaymentOutcome.UNKNOWN if isinstance(outcome, Refused) else answer_of(outcome)
