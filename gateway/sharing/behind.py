"""Kept rows in Redis, for all gateways and for the next one that starts.

Each process reads the same events, and may read them later than another. So Redis remembers what changed and when, by a
clock of its own, and a row is given out only if nothing it changes with has changed since before its fetch began:

    moment          a counter; every change is a tick
    row             its bytes, what it changes with, the moment before it was fetched, for how long it was to be kept
    change NAME     version and moment of the last change; an event that is not newer does nothing

One round trip a batch, whatever its size; one to write; one for the events of a batch. What cannot be told to Redis
keeps this process from reading it until it is told, or until all rows that might be stale have ended.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from chassis.graph.shared import Change, whole
from chassis.tasks import ended
from gateway.metrics import Metrics
from gateway.sharing.store import Entry, Store
from gateway.sharing.wire import DECODED, decoded

log = structlog.get_logger("sharing")

PREFIX: Final = "emporium:shared:"
FAILURES: Final = 3
"""In a row; then Redis is left alone for a while."""
PAUSE_SECONDS: Final = 5.0
REMEMBERED_SECONDS: Final = 900
"""How long a change is remembered: longer than any row is kept, and than any event is read again."""
MOST_UNTOLD: Final = 10_000
MOST_WRITES: Final = 8
"""Under way at a time; more are not made."""

READ: Final = """
local prefix = ARGV[1]
local found = {tonumber(redis.call('GET', prefix .. 'moment') or '0')}
for i = 2, #ARGV do
    local key = prefix .. 'row:' .. ARGV[i]
    local row = redis.call('HMGET', key, 'body', 'names', 'moment', 'kept')
    local given = false
    if row[1] then
        given = {row[1], row[2], redis.call('PTTL', key), row[4]}
        for name in string.gmatch(row[2], '[^\\n]+') do
            local changed = redis.call('HGET', prefix .. 'change:' .. name, 'moment')
            if changed and tonumber(changed) > tonumber(row[3]) then given = false end
        end
    end
    found[i] = given
end
return found
"""
WRITE: Final = """
local prefix, moment = ARGV[1], ARGV[2]
for i = 3, #ARGV, 5 do
    local key = prefix .. 'row:' .. ARGV[i]
    redis.call('HSET', key, 'body', ARGV[i + 1], 'names', ARGV[i + 2], 'moment', moment, 'kept', ARGV[i + 4])
    redis.call('PEXPIRE', key, ARGV[i + 3])
end
"""
CHANGE: Final = """
local prefix, seconds = ARGV[1], ARGV[2]
for i = 3, #ARGV, 3 do
    local key = prefix .. 'change:' .. ARGV[i]
    local known = redis.call('HGET', key, 'version')
    if not known or tonumber(known) < tonumber(ARGV[i + 2]) then
        local moment = redis.call('INCR', prefix .. 'moment')
        redis.call('HSET', key, 'version', ARGV[i + 2], 'moment', moment)
        redis.call('EXPIRE', key, seconds)
        redis.call('HSET', prefix .. 'change:' .. ARGV[i + 1], 'moment', moment)
        redis.call('EXPIRE', prefix .. 'change:' .. ARGV[i + 1], seconds)
    end
end
"""


class RedisRows:
    """Fills `sharing.Behind`. Never raises: a Redis that is away is not asked, and counted."""

    def __init__(
        self,
        redis: Any,
        store: Store,
        metrics: Metrics,
        *,
        longest_kept: float,
        prefix: str = PREFIX,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`longest_kept`: seconds after which no row of the past is left."""
        self.connect(redis)
        self._store = store
        self._metrics = metrics
        self._longest_kept = longest_kept
        self._prefix = prefix
        self._clock = clock
        self._failures = 0
        self._again = float("-inf")
        self._untold: dict[str, int] = {}
        """Changes that Redis must know before it may be read."""
        self._closed_until = float("-inf")
        """More is untold than can be kept: until then no row can be trusted."""
        self._writing: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> bool:
        """Whether Redis may be read: it answers, and knows what this process knows."""
        now = self._clock()
        return not self._untold and now >= self._closed_until and now >= self._again

    def connect(self, redis: Any) -> None:
        """Asks this one from now on."""
        self._read = redis.register_script(READ)
        self._write = redis.register_script(WRITE)
        self._change = redis.register_script(CHANGE)

    async def settled(self) -> None:
        """Waits for the writes under way."""
        await asyncio.gather(*self._writing, return_exceptions=True)

    async def read(self, keys: Sequence[str]) -> tuple[dict[str, Entry], int | None]:
        """What is there, and the moment to give to `write`; None: do not write."""
        if not self.open:
            self._count("refused", len(keys))
            return {}, None
        answer = await self._asked(self._read(args=[self._prefix, *keys]))
        if answer is None or not self.open:
            self._count("failed" if answer is None else "refused", len(keys))
            return {}, None
        moment, *rows = answer
        now = self._store.clock()
        found = {key: entry for key, row in zip(keys, rows, strict=True) if row and (entry := _entry(row, now))}
        self._count("hit", len(found))
        self._count("miss", len(keys) - len(found))
        return found, int(moment)

    def write(self, entries: Mapping[str, tuple[Entry, bytes, float]], moment: int | None) -> None:
        """Keeps entries, for so many seconds each, in the background."""
        if not entries or moment is None or not self.open or len(self._writing) >= MOST_WRITES:
            return
        arguments: list[Any] = [self._prefix, moment]
        for key, (entry, body, seconds) in entries.items():
            kept = int((entry.ends - entry.since) * 1000)
            arguments += [key, body, "\n".join(entry.names), int(seconds * 1000), kept]
        task = asyncio.create_task(self._written(arguments, len(entries)))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def tell(self, changes: Sequence[Change]) -> None:
        """Makes Redis know the changes. Until it does, it is not read."""
        for change in changes:
            self._untold[change.name] = max(change.version, self._untold.get(change.name, change.version))
        if len(self._untold) > MOST_UNTOLD:
            self._untold.clear()
            self._closed_until = self._clock() + self._longest_kept
        if not self._untold or self._clock() < self._again:
            return
        told = dict(self._untold)
        arguments: list[Any] = [self._prefix, REMEMBERED_SECONDS]
        for name, version in told.items():
            arguments += [name, whole(name), version]
        if await self._asked(self._change(args=arguments)) is not None:
            self._untold = {name: version for name, version in self._untold.items() if told.get(name) != version}

    async def close(self) -> None:
        """Ends writes under way."""
        await ended(*self._writing)

    async def _written(self, arguments: Sequence[Any], count: int) -> None:
        done = await self._asked(self._write(args=arguments))
        self._count("written" if done is not None else "failed", count)

    async def _asked(self, call: Any) -> Any:
        """The answer (nothing is told as b""); None when there is none."""
        try:
            answer = await call
        except Exception as error:  # noqa: BLE001 (whatever it is, the shop answers without)
            self._failures += 1
            if self._failures >= FAILURES:
                self._again = self._clock() + PAUSE_SECONDS
                log.warning("sharing.redis_away", error=type(error).__name__)
            return None
        self._failures = 0
        return b"" if answer is None else answer

    def _count(self, outcome: str, count: int) -> None:
        if count:
            self._metrics.shared_redis.labels(outcome).inc(count)


def _entry(row: Sequence[Any], now: float) -> Entry | None:
    body, names, milliseconds, kept = row
    try:
        value, ends = decoded(body), now + int(milliseconds) / 1000
        # As old as it is, whoever fetched it: who hears of no changes any more shows it no longer than their own.
        since = ends - int(kept) / 1000
    except Exception:  # noqa: BLE001 (of another release, or not ours)
        return None
    return Entry(value, names=tuple(names.decode().split("\n")), since=since, ends=ends, bytes=len(body) * DECODED)
