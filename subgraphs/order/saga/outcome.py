"""What a step answers for one saga."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class Done(Generic[S]):
    """The effect is there; go on with this state."""

    state: S


@dataclass(frozen=True, kw_only=True)
class Refused(Generic[S]):
    """A definite no. Before the pivot everything so far is undone; after it an operator is asked."""

    state: S
    reason: str
    undo_this: bool = False
    """The step may have left an effect of its own."""


@dataclass(frozen=True, kw_only=True)
class Retry(Generic[S]):
    """Not now. `unknown`: the effect may be there, so that giving up is not allowed before it is known."""

    state: S
    error: str
    unknown: bool = False
    after: float | None = None
    """Seconds; None: the step's backoff."""
    counted: bool = True
    """Waiting for somebody else does not use up the step's attempts."""


@dataclass(frozen=True, kw_only=True)
class Parked(Generic[S]):
    """Somebody outside must act; the step is asked again when woken, at the latest at `until`."""

    state: S
    until: datetime


Outcome = Done[S] | Refused[S] | Retry[S] | Parked[S]


class NotReached(Exception):
    """The neighbour cannot be reached: every saga of the batch waits, none of them is to blame."""
