"""What a cancelled order gives back: the money, the stock, the discount codes. Forward only."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from chassis.money import Money
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork, Payments, ProviderStatus, Stock, StockState
from subgraphs.order.domain.order import Order, PaymentStatus
from subgraphs.order.domain.payment import (
    AttemptAnswer,
    AttemptKind,
    PaymentAttempt,
    PaymentOutcome,
    PaymentResult,
    another_amount,
    part_of,
)
from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.log import SagaState
from subgraphs.order.saga.outcome import Done, Outcome, Refused, Retry
from subgraphs.order.saga.retry import UNTIL_KNOWN

VERSION = 1
ENDED = frozenset({SagaState.DONE, SagaState.NEEDS_ATTENTION, SagaState.COMPENSATED})
PAID = frozenset({PaymentStatus.PARTIALLY_PAID, PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED})
BACK = frozenset({StockState.RESTOCKED, StockState.RELEASED, StockState.EXPIRED, StockState.UNKNOWN, StockState.SHORT})


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    order_id: str
    buyer_id: str
    currency: str
    reservation_id: str
    authorization_id: str
    attempt_id: str
    """Key of the void or the refund, chosen before the first step."""
    kind: AttemptKind | None = None
    """What gives the money back; None when there is none."""
    amount: int = 0
    reference: str | None = None
    moved: int | None = None
    """Minor units the provider says it paid back."""


def dump(state: Cancellation) -> dict[str, Any]:
    return asdict(state)


def load(payload: dict[str, Any], version: int) -> Cancellation:
    if version != VERSION:
        raise ValueError(f"cancellation version {version} is unknown")
    kind = payload["kind"]
    known = {name: value for name, value in payload.items() if name != "kind"}
    return Cancellation(**known, kind=None if kind is None else AttemptKind(kind))


@dataclass(frozen=True, kw_only=True)
class AwaitCheckout:
    """A capture in flight is waited for: only then is it known whether there is money to void or to refund."""

    store: CheckoutStore

    async def run(self, states: Sequence[Cancellation]) -> list[Outcome[Cancellation]]:
        order_ids = [state.order_id for state in states]
        async with self.store.reading() as work:
            checkouts = await work.sagas.states(order_ids, "checkout")
            orders = await work.orders.get(order_ids)
            attempts = await work.attempts.of_orders(order_ids)
        return [
            self._decide(state, checkouts.get(state.order_id), orders[state.order_id], attempts[state.order_id])
            for state in states
        ]

    def _decide(
        self, state: Cancellation, checkout: SagaState | None, order: Order, attempts: Sequence[PaymentAttempt]
    ) -> Outcome[Cancellation]:
        refunding = any(
            one.kind is AttemptKind.REFUND and one.outcome is PaymentOutcome.UNKNOWN and one.id != state.attempt_id
            for one in attempts
        )
        if checkout not in ENDED or refunding:
            return Retry(state=state, error="checkout or a refund is still running", after=0.2, counted=False)
        known = (one for one in attempts if one.kind is AttemptKind.AUTHORIZATION and one.reference)
        authorization = next(known, None)
        reference = authorization.reference if authorization else None
        if reference is None:
            return Done(state=state)
        if order.payment_status in PAID:
            return Done(state=replace(state, kind=AttemptKind.REFUND, amount=order.owed, reference=reference))
        if order.payment_status is PaymentStatus.AUTHORIZED:
            return Done(state=replace(state, kind=AttemptKind.VOID, amount=order.totals.total, reference=reference))
        return Done(state=state)


@dataclass(frozen=True, kw_only=True)
class ReturnPayment:
    """Voids or refunds, under one stable key."""

    payments: Payments
    now: Callable[[], datetime]

    async def write_intent(self, work: CheckoutWork, states: Sequence[Cancellation]) -> None:
        await work.attempts.add([
            PaymentAttempt(
                id=state.attempt_id,
                order_id=state.order_id,
                buyer_id=state.buyer_id,
                kind=state.kind,
                amount=state.amount,
                currency=state.currency,
                provider=self.payments.provider,
                created_at=self.now(),
            )
            for state in states
            if state.kind is not None
        ])  # fmt: skip

    async def run(self, state: Cancellation) -> Outcome[Cancellation]:
        if state.kind is None or state.reference is None or state.moved is not None:
            return Done(state=state)
        result = await self._give_back(state, state.reference)
        if result.outcome is PaymentOutcome.SUCCEEDED and state.kind is AttemptKind.REFUND:
            asked = Money(state.amount, state.currency)
            known = replace(state, moved=part_of(asked, result.amount))
            difference = another_amount(asked, result.amount)
            if difference:
                return Refused(state=known, reason=f"the provider paid back {difference}")
            return Done(state=known)
        if result.outcome is PaymentOutcome.SUCCEEDED:
            return Done(state=state)
        error = result.error or result.decline_reason or "no answer"
        if result.outcome is PaymentOutcome.DECLINED:
            return Refused(state=state, reason=f"the provider refuses to return the money: {error}")
        return Retry(state=state, error=error, unknown=True)

    async def _give_back(self, state: Cancellation, reference: str) -> PaymentResult:
        if state.kind is AttemptKind.REFUND:
            asked = Money(state.amount, state.currency)
            return await refund(self.payments, key=state.attempt_id, reference=reference, amount=asked)
        result = await self.payments.void(key=state.attempt_id, reference=reference)
        if result.outcome is PaymentOutcome.SUCCEEDED:
            return result
        found = await self.payments.find(key=state.authorization_id, reference=reference)
        if found is not None and found.status in {ProviderStatus.VOIDED, ProviderStatus.DECLINED}:
            return PaymentResult(outcome=PaymentOutcome.SUCCEEDED, reference=reference)
        return result

    async def settle(
        self, work: CheckoutWork, outcomes: Sequence[Outcome[Cancellation]]
    ) -> Sequence[Outcome[Cancellation]]:
        returned = {o.state.order_id: o.state for o in outcomes if o.state.kind is not None and is_news(o)}
        await work.attempts.resolve([
            AttemptAnswer(state.attempt_id, PaymentOutcome.SUCCEEDED, state.reference, moved=unlike(state))
            for state in returned.values()
        ])  # fmt: skip
        orders = await work.orders.lock(list(returned)) if returned else {}
        for order_id, order in orders.items():
            state = returned[order_id]
            if state.kind is AttemptKind.REFUND:
                order.refund(state.amount if state.moved is None else state.moved, self.now())
            else:
                order.void(self.now())
        await work.orders.save(list(orders.values()))
        return outcomes


@dataclass(frozen=True, kw_only=True)
class ReturnStock:
    """Units sold come back; units only secured are released."""

    stock: Stock

    async def run(self, states: Sequence[Cancellation]) -> list[Outcome[Cancellation]]:
        answers = await self.stock.restock([state.reservation_id for state in states])
        held = [s.reservation_id for s, a in zip(states, answers, strict=True) if a.state not in BACK]
        released = dict(zip(held, await self.stock.release(held), strict=True)) if held else {}
        outcomes: list[Outcome[Cancellation]] = []
        for state, answer in zip(states, answers, strict=True):
            final = released.get(state.reservation_id, answer).state
            if final in BACK:
                outcomes.append(Done(state=state))
            else:
                outcomes.append(Refused(state=state, reason=f"stock is {final}"))
        return outcomes


async def give_codes_back(
    work: CheckoutWork, outcomes: Sequence[Outcome[Cancellation]]
) -> Sequence[Outcome[Cancellation]]:
    await work.discount_codes.give_back([outcome.state.order_id for outcome in outcomes])
    return outcomes


async def refund(payments: Payments, *, key: str, reference: str, amount: Money) -> PaymentResult:
    """Refunds under a stable key, once: it is looked up first, as the provider forgets a key after a day."""
    found = await payments.find_refund(key=key, reference=reference)
    if found is not None:
        return found
    result = await payments.refund(key=key, reference=reference, amount=amount)
    if result.outcome is PaymentOutcome.UNKNOWN:
        return await payments.find_refund(key=key, reference=reference) or result
    return result


def is_news(outcome: Outcome[Any]) -> bool:
    """Whether money came back that is not written down yet: when an operator lets a difference go on, it is already."""
    state = outcome.state
    if isinstance(outcome, Refused):
        return state.moved is not None
    return isinstance(outcome, Done) and state.moved in {None, state.amount}


def unlike(state: Any) -> int | None:
    """What moved, when it is not what was asked for."""
    return None if state.moved == state.amount else state.moved


def cancellation_saga(
    *, wait: AwaitCheckout, payment: ReturnPayment, stock: ReturnStock
) -> Saga[Cancellation, CheckoutWork]:
    return Saga(name="cancellation", version=VERSION, dump=dump, load=load, steps=(
        Step(name="await_checkout", do=Action(together=wait.run), retry=UNTIL_KNOWN),
        Step(
            name="return_payment",
            do=Action(prepare=payment.write_intent, each=payment.run, settle=payment.settle),
            deadline=20.0, retry=UNTIL_KNOWN,
        ),
        Step(name="return_stock", do=Action(together=stock.run), retry=UNTIL_KNOWN),
        Step(name="return_codes", do=Action(settle=give_codes_back)),
    ))  # fmt: skip
