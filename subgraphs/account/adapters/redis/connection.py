"""A Redis that may be away: after a failure it is left alone for a while."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger("redis")

T = TypeVar("T")

TIMEOUT_SECONDS = 0.25
LEFT_ALONE_SECONDS = 2.0


class RedisAway(Exception):
    """Redis does not answer."""


class Connection:
    """Runs commands, or fails at once while Redis is known to be away."""

    def __init__(self, redis: Redis | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._away_until = 0.0

    async def run(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        """The command's answer. Raises RedisAway."""
        if self._redis is None or self._clock() < self._away_until:
            raise RedisAway
        try:
            return await command(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = self._clock() + LEFT_ALONE_SECONDS
            log.warning("redis.away", error=str(error))
            raise RedisAway from error


@contextlib.asynccontextmanager
async def connection(url: str, timeout: float = TIMEOUT_SECONDS) -> AsyncGenerator[Connection]:
    """Connects at the first command, so that a start does not wait for Redis; without a URL it is always away.

    `timeout` is how many seconds a command may take before Redis counts as away.
    """
    if not url:
        yield Connection(None)
        return
    redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, decode_responses=True)
    try:
        yield Connection(redis)
    finally:
        await redis.aclose()
