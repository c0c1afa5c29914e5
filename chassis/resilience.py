"""What keeps one bad peer from taking everybody along: a circuit breaker and a bulkhead for each RPC.

    closed ──10 failures in a row──► open (1 s, then 2, 4, 5) ──time is up──► one call tries ──it answers──► closed

A failure is a peer that does not answer (UNAVAILABLE, DEADLINE_EXCEEDED); every other error is an answer.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chassis.errors import RemoteError, Unavailable

FAILURES: Final = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})


class CircuitOpen(Unavailable):
    """A part of the platform does not answer at present; try again in a moment."""

    reason = "CIRCUIT_OPEN"


class BulkheadFull(Unavailable):
    """Too many calls wait for a part of the platform; try again in a moment."""

    reason = "BULKHEAD_FULL"


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """When to stop calling."""

    failures: int = 10
    """In a row, until the circuit opens."""
    pause: float = 1.0
    """Seconds until the first trial call; doubles at each failed one."""
    longest_pause: float = 5.0
    at_once: int = 256
    """Calls of one RPC that may be in flight."""


class Guard:
    """The breaker and bulkhead of one RPC. `enter` before the call, `leave` with its error after it."""

    def __init__(self, tolerance: Tolerance, clock: Callable[[], float] = time.monotonic) -> None:
        self._tolerance = tolerance
        self._clock = clock
        self._failures = 0
        self._pause = tolerance.pause
        self._open_until = 0.0
        self._trying = False
        self.in_flight = 0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._tolerance.failures

    def enter(self) -> None:
        """Raises CircuitOpen or BulkheadFull."""
        if self.is_open:
            if self._trying or self._clock() < self._open_until:
                raise CircuitOpen
            self._trying = True
        elif self.in_flight >= self._tolerance.at_once:
            raise BulkheadFull
        self.in_flight += 1

    def leave(self, error: BaseException | None) -> None:
        """Learns from how the call ended; a cancelled one teaches nothing."""
        self.in_flight -= 1
        was_trying, self._trying = self._trying, False
        if isinstance(error, RemoteError) and error.status in FAILURES:
            self._failures += 1
            if self.is_open:
                self._open_until = self._clock() + self._pause
                if was_trying:
                    self._pause = min(self._pause * 2, self._tolerance.longest_pause)
        elif error is None or isinstance(error, RemoteError):
            self._failures = 0
            self._pause = self._tolerance.pause


class Guards:
    """One guard for each RPC, made when it is first called. `watch` is told what they do: RPC and event, one of
    opened, closed, refused_open, refused_full."""

    def __init__(self, tolerance: Tolerance | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._tolerance = tolerance or Tolerance()
        self._clock = clock
        self._guards: dict[str, Guard] = {}
        self.watch: Callable[[str, str], None] = lambda _method, _event: None

    def enter(self, method: str) -> Guard:
        """The RPC's guard, entered. Raises CircuitOpen or BulkheadFull."""
        guard = self._guards.get(method)
        if guard is None:
            guard = self._guards[method] = Guard(self._tolerance, self._clock)
        try:
            guard.enter()
        except CircuitOpen:
            self.watch(method, "refused_open")
            raise
        except BulkheadFull:
            self.watch(method, "refused_full")
            raise
        return guard

    def leave(self, method: str, guard: Guard, error: BaseException | None) -> None:
        was_open = guard.is_open
        guard.leave(error)
        if guard.is_open != was_open:
            self.watch(method, "opened" if guard.is_open else "closed")
