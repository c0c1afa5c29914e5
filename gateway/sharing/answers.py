"""Whole answers made of shared rows only: as long as those are kept, and one execution for all who ask at once.

An answer changes with whatever its rows change with and ends with the first of them. It is kept as JSON, and put into
the response as it is; authentication, limits, headers and telemetry of its requests are those of all others.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import orjson

from chassis.graph.searched import Searched
from gateway.metrics import Metrics
from gateway.sharing.lane import seconds_left
from gateway.sharing.store import Entry, Store


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the rows of a shared fetch came from."""

    kept: int = 0
    joined: int = 0
    """From a call that others were waiting for already."""
    asked: int = 0
    brought: int = 0
    """Came with the rows they hang on."""

    def __add__(self, other: "Sources") -> "Sources":
        kept, joined, asked = self.kept + other.kept, self.joined + other.joined, self.asked + other.asked
        return Sources(kept=kept, joined=joined, asked=asked, brought=self.brought + other.brought)


@dataclass
class Trail:
    """What an answer is made of."""

    whole: bool = True
    """Of kept rows only."""
    names: set[str] = field(default_factory=set)
    since: float = float("inf")
    ends: float = float("inf")
    sources: dict[str, Sources] = field(default_factory=dict[str, Sources])
    """By what was fetched."""
    searched: list[Searched] = field(default_factory=list[Searched])

    def count(self, name: str, sources: Sources) -> None:
        self.sources[name] = self.sources.get(name, Sources()) + sources

    def add(self, entry: Entry) -> None:
        self.whole &= bool(entry.names)
        self.names.update(entry.names)
        self.since = min(self.since, entry.since)
        self.ends = min(self.ends, entry.ends)


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """What somebody else was answered."""

    data: orjson.Fragment
    searched: tuple[Searched, ...]
    """What whoever gets it searched for."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """What an execution brought."""

    answer: Any
    """Its own."""
    data: Any
    """What others may be answered too; None when something went wrong."""
    trail: Trail


Make = Callable[[], Awaitable[Made]]


class Answers:
    """Kept answers, and those under way."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._under_way: dict[Hashable, asyncio.Future[SharedAnswer | None]] = {}

    def kept(self, key: Hashable) -> SharedAnswer | None:
        """Somebody else's that still holds."""
        entry = self._store.get(key)
        if entry is None:
            return None
        self._metrics.answers.labels("kept").inc()
        return entry.row

    async def get(self, key: Hashable, make: Make) -> tuple[SharedAnswer | None, Any]:
        """Somebody else's, or one's own answer, which `make` executes."""
        if (shared := self.kept(key)) is not None:
            return shared, None
        leader = self._under_way.get(key)
        if leader is None:
            return None, await self._lead(key, make)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds_left()):
                shared = await asyncio.shield(leader)
        if shared is not None:
            self._metrics.answers.labels("joined").inc()
            return shared, None
        # Whoever led has left, or got an answer that is its own: errors carry its request's id.
        return None, (await make()).answer

    async def _lead(self, key: Hashable, make: Make) -> Any:
        mine = self._under_way[key] = asyncio.get_running_loop().create_future()
        moment = self._store.moment
        try:
            made = await make()
            if made.data is not None:
                body = orjson.dumps(made.data)
                shared = SharedAnswer(orjson.Fragment(body), tuple(made.trail.searched))
                self._keep(key, shared, len(body), made.trail, moment)
                mine.set_result(shared)
            return made.answer
        finally:
            del self._under_way[key]
            if not mine.done():
                mine.set_result(None)

    def _keep(self, key: Hashable, shared: SharedAnswer, size: int, trail: Trail, moment: int) -> None:
        if trail.whole and trail.names:
            entry = Entry(
                shared,
                names=tuple(trail.names),
                since=trail.since,
                ends=trail.ends,
                bytes=size,
            )
            self._store.put(key, entry, moment)
