"""What a saga is: a named, versioned table of steps."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from subgraphs.order.saga.outcome import Outcome
from subgraphs.order.saga.retry import A_FEW_TIMES, UNTIL_KNOWN, RetryPolicy

S = TypeVar("S")
W = TypeVar("W")

Together = Callable[[Sequence[S]], Awaitable[Sequence[Outcome[S]]]]
Each = Callable[[S], Awaitable[Outcome[S]]]
Prepare = Callable[[W, Sequence[S]], Awaitable[None]]
Settle = Callable[[W, Sequence[Outcome[S]]], Awaitable[Sequence[Outcome[S]]]]


@dataclass(frozen=True, kw_only=True)
class Action(Generic[S, W]):
    """One direction of a step, for all sagas that wait at it.

    `prepare` writes what is intended in the transaction that leads here; `together` (one call for all) or `each` (one
    call a saga) does it, outside any transaction; `settle` writes what came of it, in the transaction that records the
    outcomes, and may turn one into another. An action without a call is settled in the transaction that leads here.
    """

    prepare: Prepare[W, S] | None = None
    together: Together[S] | None = None
    each: Each[S] | None = None
    settle: Settle[W, S] | None = None
    locks: bool = False
    """Whether settling changes the orders: they are locked together with the sagas then."""
    patience: float = 0.0
    """Seconds that those who come wait for others to be called with: for what nobody waits for."""

    @property
    def calls(self) -> bool:
        return self.together is not None or self.each is not None


@dataclass(frozen=True, kw_only=True)
class Step(Generic[S, W]):
    name: str
    do: Action[S, W]
    undo: Action[S, W] | None = None
    pivot: bool = False
    """After this step there is only forward."""
    ahead: bool = False
    """Of the first step: it is asked before the saga is begun, and recorded with its beginning where it answers in
    time. So it intends nothing, and has no effect but what settling writes."""
    with_next: bool = False
    """Once done it is recorded with the next step, which is called at once. A crash in between repeats both, so the
    next one writes no intent and its effect is undone by a step before it."""
    retry: RetryPolicy = A_FEW_TIMES
    undo_retry: RetryPolicy = UNTIL_KNOWN
    undo_unknown: bool = True
    """Whether giving up is safe while the effect is unknown: it is when the undo names the effect and forbids it."""
    deadline: float = 10.0
    """Seconds one call may take; then its effect is unknown."""


Ended = Callable[[W, Sequence[tuple[S, str]]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Saga(Generic[S, W]):
    """`undone` is told, in the recording transaction, of each saga that was undone and why."""

    name: str
    version: int
    steps: tuple[Step[S, W], ...]
    dump: Callable[[S], dict[str, Any]]
    load: Callable[[dict[str, Any], int], S]
    """From the payload and the definition version it was written by."""
    undone: Ended[W, S] | None = None

    def __post_init__(self) -> None:
        for step, following in zip(self.steps, (*self.steps[1:], None), strict=True):
            if step.with_next and not (step.do.calls and following is not None and _repeatable(following)):
                raise ValueError(f"{step.name} cannot be recorded with the next step")
            if step.ahead and (step is not self.steps[0] or step.do.together is None or step.do.prepare is not None):
                raise ValueError(f"{step.name} cannot be asked ahead")

    def index(self, step: str) -> int:
        """Raises KeyError for a step the definition no longer has."""
        for position, candidate in enumerate(self.steps):
            if candidate.name == step:
                return position
        raise KeyError(step)

    def action(self, position: int, *, undoing: bool) -> Action[S, W]:
        """The action at a place; raises KeyError when it has none in this direction."""
        step = self.steps[position]
        action = step.undo if undoing else step.do
        if action is None:
            raise KeyError(step.name)
        return action

    def last_undo(self, position: int) -> int | None:
        """Where undoing goes on: the last step at or before `position` that can be undone."""
        return next((i for i in range(position, -1, -1) if self.steps[i].undo is not None), None)

    def locks(self, position: int, *, undoing: bool) -> bool:
        """Whether recording this action changes orders: by its own settling, by that of the step recorded with it, or
        by that of the call-free step after it."""
        if self.action(position, undoing=undoing).locks:
            return True
        before, following = self.steps[max(position - 1, 0) : position], self.steps[position + 1 : position + 2]
        with_it = [*(step for step in before if step.with_next), *(step for step in following if not step.do.calls)]
        return not undoing and any(step.do.locks for step in with_it)

    @property
    def pivot(self) -> int:
        """The pivot's place; a saga without one is forward only."""
        return next((i for i, step in enumerate(self.steps) if step.pivot), -1)


def _repeatable(step: Step[S, W]) -> bool:
    """Whether it may be called before what led to it is recorded."""
    return step.do.calls and step.do.prepare is None and step.undo is None and not step.pivot
