"""A refund at the provider, under the key of its attempt; returned goods are put back on the shelf after it.

Where the provider paid back another amount, that is written down and an operator is asked, who then lets it go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from chassis.money import Money
from subgraphs.order.checkout import cancellation
from subgraphs.order.checkout.ports import CheckoutWork, Payments, Stock
from subgraphs.order.domain.payment import AttemptAnswer, PaymentOutcome, another_amount, part_of
from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.outcome import Done, Outcome, Refused, Retry
from subgraphs.order.saga.retry import UNTIL_KNOWN

VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Refund:
    order_id: str
    buyer_id: str
    attempt_id: str
    reference: str
    """The provider's, of the captured payment."""
    amount: int
    currency: str
    moved: int | None = None
    """Minor units the provider says it paid back."""
    refused: str | None = None
    restock: tuple[tuple[str, int], ...] = ()
    """(SKU, quantity) that came back."""


def load(payload: dict[str, Any], version: int) -> Refund:
    if version != VERSION:
        raise ValueError(f"refund version {version} is unknown")
    back = tuple((sku, units) for sku, units in payload.get("restock", ()))
    values: dict[str, Any] = {**payload, "restock": back}
    return Refund(**values)


def dump(state: Refund) -> dict[str, Any]:
    return asdict(state)


@dataclass(frozen=True, kw_only=True)
class RefundPayment:
    payments: Payments
    now: Callable[[], datetime]

    async def run(self, state: Refund) -> Outcome[Refund]:
        if not state.amount or state.moved is not None:
            return Done(state=state)
        asked = Money(state.amount, state.currency)
        result = await cancellation.refund(self.payments, key=state.attempt_id, reference=state.reference, amount=asked)
        if result.outcome is PaymentOutcome.SUCCEEDED:
            known = replace(state, moved=part_of(asked, result.amount))
            difference = another_amount(asked, result.amount)
            if difference:
                return Refused(state=known, reason=f"the provider paid back {difference}")
            return Done(state=known)
        if result.outcome is PaymentOutcome.DECLINED:
            return Done(state=replace(state, refused=result.decline_reason or "refused"))
        return Retry(state=state, error=result.error or "no answer", unknown=True)

    async def settle(self, work: CheckoutWork, outcomes: Sequence[Outcome[Refund]]) -> Sequence[Outcome[Refund]]:
        done = [outcome.state for outcome in outcomes if outcome.state.amount and cancellation.is_news(outcome)]
        await work.attempts.resolve([
            AttemptAnswer(
                state.attempt_id,
                PaymentOutcome.DECLINED if state.refused else PaymentOutcome.SUCCEEDED,
                state.reference,
                state.refused,
                cancellation.unlike(state),
            )
            for state in done
        ])  # fmt: skip
        orders = await work.orders.lock([state.order_id for state in done]) if done else {}
        for state in done:
            order = orders[state.order_id]
            if state.refused:
                order.refund_failed(state.refused, self.now())
            else:
                order.refund(state.amount if state.moved is None else state.moved, self.now())
        await work.orders.save(list(orders.values()))
        return outcomes


@dataclass(frozen=True, kw_only=True)
class PutBack:
    """Goods that came back are counted in, once under the key of their refund."""

    stock: Stock

    async def run(self, state: Refund) -> Outcome[Refund]:
        if state.restock:
            await self.stock.receive(key=state.attempt_id, lines=state.restock)
        return Done(state=state)


def refund_saga(step: RefundPayment, put_back: PutBack) -> Saga[Refund, CheckoutWork]:
    return Saga(name="refund", version=VERSION, dump=dump, load=load, steps=(
        Step(name="refund_payment", do=Action(each=step.run, settle=step.settle), deadline=20.0, retry=UNTIL_KNOWN),
        Step(name="put_back", do=Action(each=put_back.run), retry=UNTIL_KNOWN),
    ))  # fmt: skip
