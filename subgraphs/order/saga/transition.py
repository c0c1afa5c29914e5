"""Where a saga goes from an outcome: pure arithmetic over the step table."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from subgraphs.order.saga.definition import Saga
from subgraphs.order.saga.log import SagaRow, SagaState
from subgraphs.order.saga.outcome import Done, Outcome, Parked, Refused, Retry

S = TypeVar("S")
MOST = 0.8
GIVEN_UP = "UNAVAILABLE"
"""The reason of a saga undone because a step could not be done in time."""


@dataclass(frozen=True, kw_only=True)
class Claimed(Generic[S]):
    """A saga in our hands, until its lease ends."""

    row: SagaRow
    state: S
    position: int
    undoing: bool
    until: float
    """Of the event loop's clock."""

    @property
    def claim(self) -> tuple[str, int]:
        """Which claim this is: an engine may have claimed the same saga before, and lost it."""
        return self.row.id, self.row.epoch


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One moment, and what a lease made at it lasts."""

    now: datetime
    time: float
    """The same moment on the event loop's clock, which nobody sets."""
    lease: timedelta

    @property
    def lease_end(self) -> datetime:
        return self.now + self.lease

    def leased(self, claimed: "Claimed[Any]", row: SagaRow) -> SagaRow:
        """Held for its next step: under the lease as it is while most of it is left, else under a new one."""
        if claimed.until - self.time > MOST * self.lease.total_seconds():
            return replace(row, due_at=claimed.row.due_at, renewed=False)
        return replace(row, due_at=self.lease_end, renewed=True)


def transition(saga: Saga[S, Any], claimed: Claimed[S], outcome: Outcome[S], clock: Clock) -> SagaRow:
    """The saga's next row. Its payload is the outcome's state."""
    row = replace(claimed.row, payload=saga.dump(outcome.state), version=saga.version, renewed=True)
    if isinstance(outcome, Retry):
        return _again(saga, claimed, row, outcome, clock)
    if claimed.undoing:
        return _undone(saga, claimed, row, outcome, clock)
    match outcome:
        case Done():
            return _forward(saga, claimed, row, clock)
        case Parked(until=until):
            return replace(row, state=SagaState.PARKED, due_at=until, attempts=0)
        case Refused(reason=reason, undo_this=undo_this):
            if claimed.position > saga.pivot:
                return _ask_operator(row, reason)
            start = claimed.position if undo_this else claimed.position - 1
            return _backward(saga, claimed, replace(row, reason=reason), start, clock)


def _forward(saga: Saga[S, Any], claimed: Claimed[S], row: SagaRow, clock: Clock) -> SagaRow:
    position = claimed.position + 1
    if position == len(saga.steps):
        return replace(row, state=SagaState.DONE, attempts=0, last_error=None)
    name = saga.steps[position].name
    return clock.leased(claimed, replace(row, state=SagaState.RUNNING, step=name, attempts=0, last_error=None))


def _backward(saga: Saga[S, Any], claimed: Claimed[S], row: SagaRow, start: int, clock: Clock) -> SagaRow:
    row = replace(row, last_error=None)
    position = saga.last_undo(start)
    if position is None:
        return replace(row, state=SagaState.COMPENSATED, attempts=0)
    name = saga.steps[position].name
    return clock.leased(claimed, replace(row, state=SagaState.COMPENSATING, step=name, attempts=0))


def _undone(saga: Saga[S, Any], claimed: Claimed[S], row: SagaRow, outcome: Outcome[S], clock: Clock) -> SagaRow:
    match outcome:
        case Done():
            return _backward(saga, claimed, row, claimed.position - 1, clock)
        case Refused(reason=reason):
            return _ask_operator(row, reason)
        case _:
            return _ask_operator(row, "an undo cannot be parked")


def _again(saga: Saga[S, Any], claimed: Claimed[S], row: SagaRow, retry: Retry[S], clock: Clock) -> SagaRow:
    step = saga.steps[claimed.position]
    policy = step.undo_retry if claimed.undoing else step.retry
    attempts = row.attempts + 1 if retry.counted else row.attempts
    row = replace(row, attempts=attempts, last_error=retry.error)
    if retry.counted and policy.exhausted(attempts):
        unsafe = retry.unknown and not step.undo_unknown
        if claimed.undoing or unsafe or claimed.position > saga.pivot:
            return _ask_operator(row, retry.error)
        return _backward(saga, claimed, replace(row, reason=GIVEN_UP), claimed.position, clock)
    delay = policy.delay(attempts) if retry.after is None else retry.after
    state = SagaState.COMPENSATING if claimed.undoing else SagaState.RUNNING
    return replace(row, state=state, due_at=clock.now + timedelta(seconds=delay))


def _ask_operator(row: SagaRow, error: str) -> SagaRow:
    return replace(row, state=SagaState.NEEDS_ATTENTION, last_error=error)
