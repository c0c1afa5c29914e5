"""Where a saga goes from an outcome: pure arithmetic over the step table."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from subgraphs.order.saga.definition import Saga
from subgraphs.order.saga.log import SagaRow, SagaState
from subgraphs.order.saga.outcome import Done, Outcome, Parked, Refused, Retry

S = TypeVar("S")
MOST = 0.8
"""The part of a lease that a step may begin with."""
Changes = dict[str, Any]
"""Fields of a row that change."""
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
    before: "Claimed[S] | None" = None
    """As it stands in its log, at the step that is recorded with this one."""

    def onward(self, state: S) -> "Claimed[S]":
        """At the next step, with this one's outcome not yet recorded."""
        return replace(self, state=state, position=self.position + 1, before=self)

    @property
    def stored(self) -> "Claimed[S]":
        """As it stands in its log."""
        return self.before or self

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

    def lease_of(self, claimed: "Claimed[Any]") -> Changes:
        """For the next step: the lease as it is while most of it is left, else a new one."""
        if claimed.until - self.time > MOST * self.lease.total_seconds():
            return {"renewed": False}
        return {"due_at": self.lease_end}


def transition(saga: Saga[S, Any], claimed: Claimed[S], outcome: Outcome[S], clock: Clock) -> SagaRow:
    """The saga's next row. Its payload is the outcome's state."""
    kept: Changes = {"payload": saga.dump(outcome.state), "version": saga.version, "renewed": True}
    return replace(claimed.row, **(kept | _changes(saga, claimed, outcome, clock)))


def _changes(saga: Saga[S, Any], claimed: Claimed[S], outcome: Outcome[S], clock: Clock) -> Changes:
    if isinstance(outcome, Retry):
        return _again(saga, claimed, outcome, clock)
    if claimed.undoing:
        return _undone(saga, claimed, outcome, clock)
    match outcome:
        case Done():
            return _forward(saga, claimed, clock)
        case Parked(until=until):
            return {"state": SagaState.PARKED, "due_at": until, "attempts": 0}
        case Refused(reason=reason, undo_this=undo_this):
            if claimed.position > saga.pivot:
                return _ask_operator(reason)
            start = claimed.position if undo_this else claimed.position - 1
            return {"reason": reason, **_backward(saga, claimed, start, clock)}


def _forward(saga: Saga[S, Any], claimed: Claimed[S], clock: Clock) -> Changes:
    position = claimed.position + 1
    if position == len(saga.steps):
        return {"state": SagaState.DONE, "attempts": 0, "last_error": None}
    return {"state": SagaState.RUNNING, **_to(saga, position), **clock.lease_of(claimed)}


def _backward(saga: Saga[S, Any], claimed: Claimed[S], start: int, clock: Clock) -> Changes:
    position = saga.last_undo(start)
    if position is None:
        return {"state": SagaState.COMPENSATED, "attempts": 0, "last_error": None}
    return {"state": SagaState.COMPENSATING, **_to(saga, position), **clock.lease_of(claimed)}


def _to(saga: Saga[S, Any], position: int) -> Changes:
    return {"step": saga.steps[position].name, "attempts": 0, "last_error": None}


def _undone(saga: Saga[S, Any], claimed: Claimed[S], outcome: Outcome[S], clock: Clock) -> Changes:
    match outcome:
        case Done():
            return _backward(saga, claimed, claimed.position - 1, clock)
        case Refused(reason=reason):
            return _ask_operator(reason)
        case _:
            return _ask_operator("an undo cannot be parked")


def _again(saga: Saga[S, Any], claimed: Claimed[S], retry: Retry[S], clock: Clock) -> Changes:
    step = saga.steps[claimed.position]
    policy = step.undo_retry if claimed.undoing else step.retry
    attempts = claimed.row.attempts + 1 if retry.counted else claimed.row.attempts
    tried: Changes = {"attempts": attempts, "last_error": retry.error}
    if retry.counted and policy.exhausted(attempts):
        unsafe = retry.unknown and not step.undo_unknown
        if claimed.undoing or unsafe or claimed.position > saga.pivot:
            return tried | _ask_operator(retry.error)
        return {"reason": GIVEN_UP, **_backward(saga, claimed, claimed.position, clock)}
    delay = policy.delay(attempts) if retry.after is None else retry.after
    state = SagaState.COMPENSATING if claimed.undoing else SagaState.RUNNING
    return {**tried, "state": state, "due_at": clock.now + timedelta(seconds=delay)}


def _ask_operator(error: str) -> Changes:
    return {"state": SagaState.NEEDS_ATTENTION, "last_error": error}
