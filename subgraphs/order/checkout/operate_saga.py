"""What an operator may do about a saga: retry its step, resolve it by hand, or cancel. Each leaves an audit entry."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chassis.identity import Caller
from chassis.ids import new_id
from subgraphs.order.checkout.cancel_order import CancelOrder
from subgraphs.order.checkout.ports import CheckoutStore, CheckoutWork, OperatorAction, SagaSummary
from subgraphs.order.domain.errors import UnknownSaga
from subgraphs.order.domain.order import OrderStatus
from subgraphs.order.domain.problem import Problem
from subgraphs.order.saga.engine import Engine
from subgraphs.order.saga.log import SagaRow, SagaState

ENDED = frozenset({SagaState.DONE, SagaState.COMPENSATED})
LONGEST_REASON = 500


class SagaAction(enum.StrEnum):
    RETRY = "RETRY"
    """Its step is tried again, now, with its attempts counted anew."""
    RESOLVE = "RESOLVE"
    """Its step counts as done: the operator saw to the effect."""
    CANCEL = "CANCEL"
    """Before the pivot it is undone; after it the order is cancelled and gives back what it holds."""


@dataclass(frozen=True, kw_only=True)
class OperateSaga:
    store: CheckoutStore
    engines: Mapping[str, Engine[Any, CheckoutWork]]
    """By the definition's name."""
    cancel: CancelOrder

    async def __call__(
        self, caller: Caller, saga_id: str, action: SagaAction, reason: str
    ) -> tuple[SagaSummary, list[Problem]]:
        """Raises Forbidden, UnknownSaga."""
        caller.require("order_manager")
        problems = await self._act(caller, saga_id, action, reason.strip())
        async with self.store.reading() as work:
            return (await work.sagas.summaries([saga_id]))[0], problems

    async def _act(self, caller: Caller, saga_id: str, action: SagaAction, reason: str) -> list[Problem]:
        async with self.store.work() as work:
            found = await work.sagas.lock(saga_id)
            if found is None:
                raise UnknownSaga(saga_id=saga_id)
            definition, row = found
            order = (await work.orders.get([row.order_id]))[row.order_id]
            after_pivot = definition == "checkout" and order.status is OrderStatus.CONFIRMED
            problem = (
                reason_problem(reason)
                or problem_of(row, action)
                or impossible(definition, row, action, after_pivot=after_pivot)
            )
            if problem is not None:
                return [problem]
            await work.sagas.audit(row, OperatorAction(
                actor_id=caller.user_id or caller.service, action=action, reason=reason, state=row.state, step=row.step
            ))  # fmt: skip
            moved = None if after_pivot and action is SagaAction.CANCEL else roused(row, action)
            if moved is not None:
                await work.sagas.take_over(moved, held=action is SagaAction.RESOLVE)
        if moved is None:
            answer = await self.cancel(caller, row.order_id, new_id("opr"), reason)
            return list(answer.problems)
        engine = self.engines[definition]
        if action is SagaAction.RESOLVE:
            await engine.resolve(moved)
        else:
            engine.wake()
        return []


def roused(row: SagaRow, action: SagaAction) -> SagaRow:
    """The saga under a new epoch, so that whoever may still hold it cannot write any more."""
    # Only what is undone has a reason.
    state = SagaState.RUNNING if row.reason is None else SagaState.COMPENSATING
    payload = {**row.payload, "abandoned": True} if action is SagaAction.CANCEL else row.payload
    return replace(row, state=state, epoch=row.epoch + 1, attempts=0, payload=payload)


def reason_problem(reason: str) -> Problem | None:
    """An audit entry says why."""
    if not reason:
        return Problem(code="REQUIRED", message="say why, for the audit", field=("reason",))
    if len(reason) > LONGEST_REASON:
        return Problem(code="TOO_LONG", message=f"at most {LONGEST_REASON} characters", field=("reason",))
    return None


def problem_of(row: SagaRow, action: SagaAction) -> Problem | None:
    ended = row.state in ENDED and action is not SagaAction.CANCEL
    if ended or (action is SagaAction.RESOLVE and row.state is not SagaState.NEEDS_ATTENTION):
        text = f"a saga that is {row.state.lower()} cannot be {'retried' if ended else 'resolved'}"
        return Problem(code="WRONG_STATE", message=text, field=("sagaId",))
    return None


def impossible(definition: str, row: SagaRow, action: SagaAction, *, after_pivot: bool) -> Problem | None:
    """Money that may have moved is never declared settled by hand, and only a purchase can be cancelled."""
    text = None
    if action is SagaAction.CANCEL and not after_pivot and (definition != "checkout" or row.state in ENDED):
        text = f"this {definition} cannot be cancelled any more"
    if action is SagaAction.RESOLVE and row.step == "authorize_payment" and row.reason is None:
        text = "only the provider knows whether money is held: retry, which asks it, or cancel"
    return None if text is None else Problem(code="WRONG_STATE", message=text, field=("sagaId",))
