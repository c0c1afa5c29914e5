"""Holds the money at the provider. Undone by voiding exactly this authorisation.

UNKNOWN is never compensated and its key never changed: the provider is asked what became of it first, because it may
have charged without our hearing of it, and because it replays stored errors to a repeated key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.money import Money
from subgraphs.order.checkout.ports import CheckoutWork, Payments, ProviderPayment, ProviderStatus
from subgraphs.order.checkout.state import Checkout
from subgraphs.order.domain.payment import (
    AttemptAnswer,
    AttemptKind,
    PaymentAction,
    PaymentAttempt,
    PaymentOutcome,
    PaymentResult,
    another_amount,
    declined,
)
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.outcome import Done, NotReached, Outcome, Parked, Refused, Retry

RESULT_OF = {
    ProviderStatus.AUTHORIZED: PaymentOutcome.SUCCEEDED,
    ProviderStatus.CAPTURED: PaymentOutcome.SUCCEEDED,
    ProviderStatus.REQUIRES_ACTION: PaymentOutcome.REQUIRES_ACTION,
    ProviderStatus.DECLINED: PaymentOutcome.DECLINED,
    ProviderStatus.VOIDED: PaymentOutcome.DECLINED,
    ProviderStatus.PROCESSING: PaymentOutcome.UNKNOWN,
}


@dataclass(frozen=True, kw_only=True)
class AuthorizePayment:
    payments: Payments
    now: Callable[[], datetime]
    action_window: timedelta
    """How long the shopper has at the bank's page."""

    async def write_intent(self, work: CheckoutWork, states: Sequence[Checkout]) -> None:
        kind = AttemptKind.AUTHORIZATION
        await work.attempts.add([
            attempt(state, state.authorization_id, kind, self.payments.provider, self.now())
            for state in states
            if state.total
        ])  # fmt: skip

    async def run(self, state: Checkout) -> Outcome[Checkout]:
        if not state.total:
            return Done(state=replace(state, payment_token=""))
        if state.abandoned and not state.doubtful and state.authorization is None:
            return Refused(state=abandoned(state), reason="CANCELLED")
        try:
            return self._outcome(state, await self._ask(state))
        except NotReached as error:
            return Retry(state=state, error=str(error), unknown=state.doubtful)

    async def _ask(self, state: Checkout) -> PaymentResult:
        key = state.authorization_id
        result = None
        if state.doubtful or state.authorization:
            result = result_of(await self.payments.find(key=key, reference=state.authorization))
        if result is None:
            result = await self.payments.authorize(
                key=key,
                amount=state.owed,
                token=state.payment_token,
                order_id=state.order_id,
            )
        if result.outcome is not PaymentOutcome.UNKNOWN:
            return result
        try:
            return result_of(await self.payments.find(key=key, reference=result.reference)) or result
        except NotReached:
            return result

    def _outcome(self, state: Checkout, result: PaymentResult) -> Outcome[Checkout]:
        known = replace(state, authorization=result.reference or state.authorization)
        if known.abandoned and result.outcome in {PaymentOutcome.SUCCEEDED, PaymentOutcome.REQUIRES_ACTION}:
            return Refused(state=abandoned(known), reason="CANCELLED", undo_this=True)
        match result.outcome:
            case PaymentOutcome.SUCCEEDED:
                return self._held(known, result.amount)
            case PaymentOutcome.REQUIRES_ACTION:
                return self._park(known, result.action_url)
            case PaymentOutcome.DECLINED:
                reason = result.decline_reason or "declined"
                problem = declined(reason)
                return Refused(state=replace(known.refused(problem), declined=reason), reason=problem.code)
            case PaymentOutcome.UNKNOWN:
                return Retry(state=replace(known, doubtful=True), error=result.error or "no answer", unknown=True)

    def _held(self, state: Checkout, amount: Money | None) -> Outcome[Checkout]:
        """Only exactly the total is good: what is held besides is let go, and the shopper told to pay otherwise."""
        difference = another_amount(state.owed, amount)
        if difference is None:
            return Done(state=replace(state, payment_token="", action_url=None, doubtful=False))
        text = f"the bank held {difference}, so nothing was charged; pay in another way"
        problem = Problem(code="PAYMENT_FAILED", message=text)
        return Refused(state=state.refused(problem), reason="PAYMENT_AMOUNT_MISMATCH", undo_this=True)

    def _park(self, state: Checkout, url: str | None) -> Outcome[Checkout]:
        expires = state.action_expires or self.now() + self.action_window
        if self.now() >= expires:
            text = "the payment was not confirmed at the bank in time"
            problem = Problem(code="PAYMENT_FAILED", message=text)
            return Refused(state=state.refused(problem), reason="PAYMENT_ACTION_EXPIRED", undo_this=True)
        parked = replace(state, action_url=url or state.action_url, action_expires_at=expires.isoformat())
        return Parked(state=parked, until=expires)

    async def settle(self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]) -> Sequence[Outcome[Checkout]]:
        await work.attempts.resolve([
            AttemptAnswer(
                outcome.state.authorization_id, answer_of(outcome), outcome.state.authorization, outcome.state.declined
            )
            for outcome in outcomes
            if outcome.state.total
        ])  # fmt: skip
        moving = {o.state.order_id: o for o in outcomes if isinstance(o, Done | Parked)}
        orders = await work.orders.lock(list(moving)) if moving else {}
        for order_id, order in orders.items():
            outcome = moving[order_id]
            if isinstance(outcome, Parked):
                url = outcome.state.action_url or ""
                order.require_action(PaymentAction(url=url, expires_at=outcome.until), self.now())
            else:
                order.authorize(self.now())
        await work.orders.save(list(orders.values()))
        return outcomes

    # Undoing

    async def write_void_intent(self, work: CheckoutWork, states: Sequence[Checkout]) -> None:
        await work.attempts.add([
            attempt(state, state.void_id, AttemptKind.VOID, self.payments.provider, self.now())
            for state in states
            if state.authorization and not state.declined
        ])  # fmt: skip

    async def void(self, state: Checkout) -> Outcome[Checkout]:
        """A no-op without an authorisation of its own."""
        if state.authorization is None or state.declined:
            return Done(state=state)
        result = await self.payments.void(key=state.void_id, reference=state.authorization)
        if result.outcome is PaymentOutcome.SUCCEEDED:
            return Done(state=state)
        found = await self.payments.find(key=state.authorization_id, reference=state.authorization)
        if found is not None and found.status in {ProviderStatus.VOIDED, ProviderStatus.DECLINED}:
            return Done(state=state)
        error = result.error or result.decline_reason or "no answer"
        return Retry(state=state, error=error, unknown=True)

    async def settle_void(
        self, work: CheckoutWork, outcomes: Sequence[Outcome[Checkout]]
    ) -> Sequence[Outcome[Checkout]]:
        await work.attempts.resolve([
            AttemptAnswer(outcome.state.void_id, answer_of(outcome), outcome.state.authorization)
            for outcome in outcomes
            if outcome.state.authorization and not outcome.state.declined
        ])  # fmt: skip
        return outcomes


def abandoned(state: Checkout) -> Checkout:
    return state.refused(Problem(code="PAYMENT_FAILED", message="the order was cancelled before it was paid"))


def result_of(found: ProviderPayment | None) -> PaymentResult | None:
    if found is None:
        return None
    return PaymentResult(
        outcome=RESULT_OF[found.status],
        reference=found.reference,
        amount=found.amount,
        action_url=found.action_url,
        decline_reason=found.decline_reason,
    )


def answer_of(outcome: Outcome[Checkout]) -> PaymentOutcome:
    match outcome:
        case Done():
            return PaymentOutcome.SUCCEEDED
        case Parked():
            return PaymentOutcome.REQUIRES_ACTION
        case Refused():
            return PaymentOutcome.DECLINED
        case Retry():
            return PaymentOutcome.UNKNOWN


def attempt(state: Checkout, attempt_id: str, kind: AttemptKind, provider: str, now: datetime) -> PaymentAttempt:
    return PaymentAttempt(
        id=attempt_id,
        order_id=state.order_id,
        buyer_id=state.buyer_id,
        kind=kind,
        amount=state.total,
        currency=state.currency,
        provider=provider,
        created_at=now,
    )
