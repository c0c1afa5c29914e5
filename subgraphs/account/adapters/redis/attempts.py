"""Counts attempts in sliding windows, shared by all instances; in this process alone while Redis is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, cast

from redis.asyncio import Redis

from chassis.ids import new_id
from subgraphs.account.adapters.redis.connection import Connection, RedisAway
from subgraphs.account.domain.attempt_limit import AttemptLimit, SlidingWindows

PREFIX = "emporium:account:attempts:"

# A sorted set a limit, scored by time. Checked and counted in one step, or two attempts at once would both pass.
ALLOW = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1000000
for i, key in ipairs(KEYS) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now - ARGV[2 * i + 1])
    if redis.call('ZCARD', key) >= tonumber(ARGV[2 * i]) then return 0 end
end
for i, key in ipairs(KEYS) do
    redis.call('ZADD', key, now, ARGV[1])
    redis.call('EXPIRE', key, ARGV[2 * i + 1])
end
return 1
"""
FORGIVE = "for _, key in ipairs(KEYS) do redis.call('ZPOPMAX', key) end"


class RedisAttempts:
    """`Attempts` on Redis."""

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection = connection
        self._clock = clock
        self._here = SlidingWindows()

    async def allow(self, limits: Sequence[AttemptLimit]) -> bool:
        """Counts one attempt under each limit, unless one of them is used up."""
        keys = [PREFIX + limit.key for limit in limits]
        numbers = [str(number) for limit in limits for number in (limit.attempts, limit.window_seconds)]
        try:
            return await self._evaluate(ALLOW, keys, [new_id("att"), *numbers]) == 1
        except RedisAway:
            return self._here.allow(limits, self._clock())

    async def forgive(self, limits: Sequence[AttemptLimit]) -> None:
        """Takes the newest attempt back."""
        try:
            await self._evaluate(FORGIVE, [PREFIX + limit.key for limit in limits], [])
        except RedisAway:
            self._here.forgive(limits)

    async def _evaluate(self, script: str, keys: list[str], arguments: list[str]) -> Any:
        async def command(redis: Redis) -> Any:
            return await cast("Any", redis.eval(script, len(keys), *keys, *arguments))

        return await self._connection.run(command)
