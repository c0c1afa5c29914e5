"""Takes the authorised money. After the pivot: repeated until it is known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from subgraphs.order.checkout.ports import CheckoutWork, Payments, ProviderStatus
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.checkout.steps.authorize_payment import answer_of, attempt
from subgraphs.order.domain.payment import AttemptKind, PaymentOutcome
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
            return Refused(state=state, reason=f"the authorisation is gone: {error}")
        return Retry(state=state, error=error, unknown=True)

    async def settle(self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]) -> Sequence[Outcome[Checkout]]:
        await work.attempts.resolve([
            (outcome.state.capture_id, answer_of(outcome), outcome.state.authorization, None)
            for outcome in outcomes
            if outcome.state.total
        ])  # fmt: skip
        captured = [outcome.state.order_id for outcome in outcomes if isinstance(outcome, Done)]
        orders = await work.orders.lock(captured) if captured else {}
        for order in orders.values():
            order.capture(self.now())
        await work.orders.save(list(orders.values()))
        return outcomes
