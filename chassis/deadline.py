"""One deadline, end to end: set at the edge, read by every outgoing call."""

import contextlib
import time
from collections.abc import Generator
from contextvars import ContextVar

from chassis.errors import DeadlineExceeded

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextlib.contextmanager
def within(seconds: float) -> Generator[None]:
    """What runs inside has at most so long; an outer, earlier deadline stays."""
    mine = time.monotonic() + seconds
    outer = _deadline.get()
    token = _deadline.set(mine if outer is None else min(mine, outer))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining(default: float) -> float:
    """Seconds an outgoing call may take: at most `default`. Raises DeadlineExceeded when none is left."""
    deadline = _deadline.get()
    if deadline is None:
        return default
    left = deadline - time.monotonic()
    if left <= 0:
        raise DeadlineExceeded
    return min(left, default)
