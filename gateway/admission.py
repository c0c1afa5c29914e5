"""Whether an operation is executed now: what its client may spend, and how much is in flight already."""

import contextlib
from collections.abc import Generator
from typing import Final

from chassis.identity import Caller
from gateway.errors import RequestRefused
from gateway.metrics import Metrics
from gateway.rate import RateLimit

RETRY_SECONDS: Final = "1"


class Admission:
    """Turns operations away before they cost anything: 429 to a client over its rate, 503 to all under overload."""

    def __init__(self, metrics: Metrics, *, most_in_flight: int, rate: RateLimit | None = None) -> None:
        self._metrics = metrics
        self._most_in_flight = most_in_flight
        self._rate = rate
        self.in_flight = 0

    @contextlib.contextmanager
    def running(self) -> Generator[None]:
        """Around the execution of one operation."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    async def admit(self, caller: Caller, units: int) -> None:
        """Raises RequestRefused."""
        if self.in_flight >= self._most_in_flight:
            self._metrics.turned_away.labels("overload").inc()
            raise RequestRefused.because(
                503, "UNAVAILABLE", "Too much is going on; try again in a moment.", Retry_After=RETRY_SECONDS
            )
        if self._rate is None:
            return
        client = caller.user_id or f"ip:{caller.ip_address}"
        if seconds := await self._rate.spend(client, units):
            self._metrics.turned_away.labels("rate").inc()
            message = f"You have used up this minute's budget; try again in {seconds} s."
            raise RequestRefused.because(429, "RATE_LIMITED", message, Retry_After=str(seconds))
