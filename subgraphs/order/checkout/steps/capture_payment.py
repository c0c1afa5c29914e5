"""Takes the authorised money. After the pivot: repeated until it is known.

An authorisation that is gone for good cannot be made again, as the card's token was used up: the order is closed, and
what it held is given back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from subgraphs.order.checkout.ports import CheckoutWork, Payments, ProviderStatus
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.checkout.steps.authorize_payment import answer_of, attempt
from subgraphs.order.domain.order import OrderStatus
from subgraphs.order.domain.payment import AttemptKind, PaymentOutcome
from subgraphs.order.saga.outcome import Done, Outcome, Retry


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
        reference, amount = state.authorization, state.total
        result = await self.payments.capture(key=state.capture_id, reference=reference, amount=amount)
        if result.outcome is PaymentOutcome.SUCCEEDED:
            return Done(state=state)
        found = await self.payments.find(key=state.authorization_id, reference=reference)
        if found is not None and found.status is ProviderStatus.CAPTURED:
            return Done(state=state)
        error = result.error or result.decline_reason or "no answer"
        gone = found is not None and found.status in {ProviderStatus.VOIDED, ProviderStatus.DECLINED}
        if result.outcome is PaymentOutcome.DECLINED and gone:
            return Done(state=replace(state, lapsed=True))
        return Retry(state=state, error=error, unknown=True)

    async def settle(self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]) -> Sequence[Outcome[Checkout]]:
        await work.attempts.resolve([resolved(outcome) for outcome in outcomes if outcome.state.total])
        decided = {outcome.state.order_id: outcome.state for outcome in outcomes if isinstance(outcome, Done)}
        orders = await work.orders.lock(list(decided)) if decided else {}
        for order_id, order in orders.items():
            if not decided[order_id].lapsed:
                order.capture(self.now())
            elif order.status is OrderStatus.CANCELLED:
                order.void(self.now())
            else:
                order.close(self.now())
        await work.orders.save(list(orders.values()))
        return outcomes


def resolved(outcome: Outcome[Checkout]) -> tuple[str, PaymentOutcome, str | None, str | None]:
    state = outcome.state
    if state.lapsed:
        return state.capture_id, PaymentOutcome.DECLINED, state.authorization, "the authorisation is gone"
    return state.capture_id, answer_of(outcome), state.authorization, None
