"""How much a client may ask for: cost units a minute, leased from Redis in blocks so that most requests ask nobody.

Every gateway process takes blocks of a client's minute out of one counter in Redis and spends them by itself. While
Redis is away each process counts alone: a limit that is too generous rather than a shop that is closed.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

log = structlog.get_logger("rate")

WINDOW_SECONDS: Final = 60
BLOCKS: Final = 20
"""A lease is this part of the limit, or what the operation costs if that is more."""
CLIENTS: Final = 50_000
"""Kept in a process; the least recently seen start over."""
RETRY_SECONDS: Final = 5.0
"""After Redis failed: how long it is not asked."""


class Ledger(Protocol):
    """Who adds up what all processes took."""

    async def take(self, client: str, window: int, units: int) -> int:
        """Adds `units` to the client's window; the sum after it. Raises when it is not there."""
        ...


class RedisLedger:
    """The counter in Redis (or Valkey): one key a client and minute."""

    def __init__(self, redis: Any) -> None:
        self._redis = redis

    async def take(self, client: str, window: int, units: int) -> int:
        key = f"emporium:rate:{client}:{window}"
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.incrby(key, units)
            pipe.expire(key, WINDOW_SECONDS * 2)
            taken, _ = await pipe.execute()
        return int(taken)


@dataclass
class _Purse:
    """What a client may still spend here in this window."""

    window: int
    left: int = 0
    alone: int = 0
    """Units leased without the ledger."""
    is_empty: bool = False
    """The ledger has no more: it is not asked again in this window."""


class RateLimit:
    """Spends clients' units."""

    def __init__(
        self,
        per_minute: int,
        ledger: Ledger | None = None,
        *,
        clock: Callable[[], float] = time.time,
        on_fallback: Callable[[], None] = lambda: None,
    ) -> None:
        self._per_minute = per_minute
        self._ledger = ledger
        self._clock = clock
        self._on_fallback = on_fallback
        self._purses: OrderedDict[str, _Purse] = OrderedDict()
        self._ledger_again = 0.0

    async def spend(self, client: str, units: int) -> int:
        """0 when the client may; else the seconds after which it may try again."""
        now = self._clock()
        window = int(now // WINDOW_SECONDS)
        purse = self._purse(client, window)
        if purse.left < units and not purse.is_empty:
            purse.left += await self._lease(client, purse, units)
        if purse.left < units:
            return max(1, int((window + 1) * WINDOW_SECONDS - now) + 1)
        purse.left -= units
        return 0

    def _purse(self, client: str, window: int) -> _Purse:
        purse = self._purses.get(client)
        if purse is None or purse.window != window:
            purse = self._purses[client] = _Purse(window)
        self._purses.move_to_end(client)
        while len(self._purses) > CLIENTS:
            self._purses.popitem(last=False)
        return purse

    async def _lease(self, client: str, purse: _Purse, units: int) -> int:
        block = max(units, self._per_minute // BLOCKS)
        if self._ledger is not None and self._clock() >= self._ledger_again:
            try:
                taken = await self._ledger.take(client, purse.window, block)
            except Exception as error:  # noqa: BLE001 (whatever it is, the shop stays open)
                self._ledger_again = self._clock() + RETRY_SECONDS
                log.warning("rate.alone", error=type(error).__name__)
            else:
                granted = max(0, min(block, self._per_minute - (taken - block)))
                purse.is_empty = granted < block
                return granted
        if self._ledger is not None:
            self._on_fallback()
        granted = max(0, min(block, self._per_minute - purse.alone))
        purse.alone += granted
        return granted
