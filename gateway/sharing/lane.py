"""One call for all who ask at the same time.

A lane is one RPC in one context. What is asked while its calls are under way leaves with the next; a key that is under
way already is waited for. Nothing waits for a timer.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chassis import deadline
from chassis.errors import DeadlineExceeded, EmporiumError, Unavailable
from gateway.sharing.store import Entry

MOST_KEYS: Final = 1_000
"""In one call: what the lookup RPCs take."""
IN_FLIGHT: Final = 2
FOREVER: Final = 3_600.0
SILENT: Final = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"})
"""Statuses that say nothing about what was asked: asking again at once would not help."""

Fetch = Callable[[Mapping[Hashable, Any], "Batch"], Awaitable[Mapping[Hashable, Entry]]]
"""Keys and what stands for them, and the batch they are of → an entry a key."""


@dataclass(eq=False)
class Batch:
    """Keys that travel together."""

    origin: Any
    """What whoever asked first gave along."""
    fresh: bool
    """Somebody wants nothing that is kept anywhere."""
    asked: dict[Hashable, Any] = field(default_factory=dict)
    askers: list[Sequence[Hashable]] = field(default_factory=list)
    """The keys each of them brought."""
    waiting: int = 0
    until: float = 0.0
    """The longest waiter's deadline, in the loop's time."""
    found: Mapping[Hashable, Entry] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    """Once it is sent."""


class Lane:
    """Batches of one RPC in one context."""

    def __init__(self, fetch: Fetch, *, most: int = MOST_KEYS, in_flight: int = IN_FLIGHT) -> None:
        """`most` keys in a call, `in_flight` calls at a time."""
        self._fetch = fetch
        self._most = most
        self._free = in_flight
        self._queue: list[Batch] = []
        self._latest: dict[Hashable, Batch] = {}
        """Who fetches a key: the newest batch that does."""
        self._is_starting = False

    @property
    def idle(self) -> bool:
        """Nobody waits and nothing is under way."""
        return not self._latest and not self._queue

    async def ask(
        self, wanted: Mapping[Hashable, Any], origin: Any = None, *, fresh: bool = False
    ) -> tuple[dict[Hashable, Entry], int]:
        """An entry a key, and how many keys others were asking already. Errors are rows; only cancellation escapes.

        With `fresh` nothing that was sent before is waited for.
        """
        until = asyncio.get_running_loop().time() + seconds_left()
        batches = self._join(wanted, origin, until, fresh=fresh)
        joined = sum(len(keys) for batch, keys in batches.items() if batch.task is not None)
        found: dict[Hashable, Entry] = {}
        try:
            for batch, keys in batches.items():
                found |= await _result(batch, keys, until)
        finally:
            for batch in batches:
                self._leave(batch)
        late = {key: wanted[key] for key, entry in found.items() if joined and _is_late(entry.row)}
        if late and seconds_left() > 0:
            # The call was sent before we asked, and had less time than we have.
            found |= (await self.ask(late, origin, fresh=True))[0]
        return found, joined

    def _join(
        self, wanted: Mapping[Hashable, Any], origin: Any, until: float, *, fresh: bool
    ) -> dict[Batch, list[Hashable]]:
        """Which batch brings which key."""
        joined: dict[Batch, list[Hashable]] = {}
        mine: dict[Batch, list[Hashable]] = {}
        for key, stands_for in wanted.items():
            batch = self._latest.get(key)
            if batch is None or (fresh and batch.task is not None):
                batch = self._open(origin)
                batch.asked[key] = stands_for
                self._latest[key] = batch
            if batch.task is None:
                mine.setdefault(batch, []).append(key)
            joined.setdefault(batch, []).append(key)
        for batch in joined:
            batch.waiting += 1
            if batch.task is None:
                batch.askers.append(mine[batch])
                batch.until = max(batch.until, until)
                batch.fresh |= fresh
        if mine and self._free and not self._is_starting:
            # At the end of this tick: who asks until then travels along.
            self._is_starting = True
            asyncio.get_running_loop().call_soon(self._start)
        return joined

    def _open(self, origin: Any) -> Batch:
        if not self._queue or len(self._queue[-1].asked) >= self._most:
            self._queue.append(Batch(origin, fresh=False))
        return self._queue[-1]

    def _start(self) -> None:
        self._is_starting = False
        while self._free and self._queue:
            batch = self._queue.pop(0)
            self._free -= 1
            # Nobody's context: whoever caused it, it is not theirs.
            batch.task = asyncio.get_running_loop().create_task(self._send(batch), context=contextvars.Context())

    def _leave(self, batch: Batch) -> None:
        batch.waiting -= 1
        if not batch.waiting and not batch.done.is_set():
            self._abandon(batch)

    def _abandon(self, batch: Batch) -> None:
        """Nobody waits for it any more."""
        self._forget(batch)
        if batch.task is not None:
            batch.task.cancel()
        else:
            self._queue.remove(batch)

    def _forget(self, batch: Batch) -> None:
        for key in batch.asked:
            if self._latest.get(key) is batch:
                del self._latest[key]

    async def _send(self, batch: Batch) -> None:
        try:
            batch.found = await self._fetched(batch)
        finally:
            batch.done.set()
            self._forget(batch)
            self._free += 1
            self._start()

    async def _fetched(self, batch: Batch) -> Mapping[Hashable, Entry]:
        try:
            return await self._fetch(batch.asked, batch)
        except Exception as error:  # noqa: BLE001 (it becomes the error of every row)
            if len(batch.askers) < 2 or _is_silent(error):
                return dict.fromkeys(batch.asked, Entry(error))
        # One of them may have spoiled the others' call.
        found: dict[Hashable, Entry] = {}
        for keys in batch.askers:
            asked = {key: batch.asked[key] for key in keys if key not in found or _is_error(found[key])}
            try:
                found |= await self._fetch(asked, batch) if asked else {}
            except Exception as error:  # noqa: BLE001
                found |= dict.fromkeys(asked, Entry(error))
        return found


async def _result(batch: Batch, keys: Sequence[Hashable], until: float) -> dict[Hashable, Entry]:
    """What the batch brings; an asker's own deadline ends only its own wait."""
    try:
        async with asyncio.timeout_at(until):
            await batch.done.wait()
    except TimeoutError:
        return dict.fromkeys(keys, Entry(DeadlineExceeded()))
    return {key: batch.found.get(key) or Entry(Unavailable()) for key in keys}


def seconds_left() -> float:
    """Of the present deadline; 0 when it is over."""
    try:
        return deadline.remaining(FOREVER)
    except DeadlineExceeded:
        return 0.0


def _is_error(entry: Entry) -> bool:
    return isinstance(entry.row, Exception)


def _is_late(row: Any) -> bool:
    return isinstance(row, EmporiumError) and row.status == "DEADLINE_EXCEEDED"


def _is_silent(error: Exception) -> bool:
    return isinstance(error, EmporiumError) and error.status in SILENT
