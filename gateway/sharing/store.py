"""Rows kept in this process: bounded in bytes, ended by events, by time as a net.

An event names what changed ("Product:prd_1") and its version. It ends every kept row that changes with that name, or
with any of its kind ("Product"). Events may come late, twice or out of order: one that is not newer than what is known
of its name does nothing, and none ever writes a row. A row is refused when something it changes with has changed since
its fetch began: `put` compares by `moment`.
"""

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from chassis.graph.shared import Change, whole

JITTER: Final = 0.2
"""Kept rows live up to this part shorter, so that those stored together do not end together."""
BLIND_SECONDS: Final = 2.0
"""How long a row is kept while events do not arrive."""
MOST_NAMES: Final = 100_000
"""Changes remembered; older ones make fetches that were under way then unfit to be kept."""
ENTRY_BYTES: Final = 700
"""Of a row's key, its place in the store and its index, about."""


@dataclass(slots=True)
class Entry:
    """A row, and for how long it may be shown to whom it was not fetched for."""

    row: Any
    names: tuple[str, ...] = ()
    """What it changes with; nothing when it is not kept."""
    since: float = 0.0
    """When its fetch began."""
    ends: float = 0.0
    bytes: int = 0
    notes: tuple[str, ...] = ()
    """Why it is second best. Such a row is not kept."""


class Store:
    """Kept rows, least recently used first to go."""

    def __init__(
        self,
        most_bytes: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        most_names: int = MOST_NAMES,
    ) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.clock = clock
        self.moment = 0
        """Rises with every change."""
        self.on_ended: Callable[[str, int], None] = lambda _why, _count: None
        """Told why rows went (event, time, room) and how many."""
        self._jitter = jitter
        self._most_names = most_names
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._by_name: dict[str, set[Hashable]] = {}
        self._changed: OrderedDict[str, tuple[int, int]] = OrderedDict()
        """Name → version and moment of its last change."""
        self._forgotten = 0
        """The moment of the last change that is not in `_changed` any more."""
        self._trusted_until = float("-inf")

    def __len__(self) -> int:
        return len(self._entries)

    def trust(self, until: float) -> None:
        """Every event up to now has been applied, and rows may be shown as long as they are kept until then."""
        self._trusted_until = max(self._trusted_until, until)

    @property
    def trusted(self) -> bool:
        """Whether events arrive."""
        return self.clock() < self._trusted_until

    def get(self, key: Hashable) -> Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        now = self.clock()
        if entry.ends <= now or (now >= self._trusted_until and now - entry.since >= BLIND_SECONDS):
            self._drop(key)
            self.on_ended("time", 1)
            return None
        self._entries.move_to_end(key)
        return entry

    def ends(self, since: float, seconds: float) -> float:
        """When a row fetched at `since` and kept for so many seconds at most ends."""
        return since + seconds * (1 - JITTER * self._jitter())

    def put(self, key: Hashable, entry: Entry, moment: int) -> bool:
        """Keeps a row whose fetch began at this moment, unless it may be stale already."""
        if not entry.names or self.changed_since(entry.names, moment):
            return False
        weight = entry.bytes + ENTRY_BYTES
        known = self._entries.get(key)
        if weight > self.most_bytes // 8 or (known is not None and known.since > entry.since):
            return False
        self._drop(key)
        entry.bytes = weight
        self._entries[key] = entry
        self.bytes += weight
        for name in entry.names:
            self._by_name.setdefault(name, set()).add(key)
        self._make_room()
        return True

    def change(self, changes: Iterable[Change]) -> list[Change]:
        """Ends what the changes end; those that are new here."""
        new = [change for change in changes if self._is_new(change)]
        ended = 0
        for change in new:
            ended += self._end(change.name) + self._end(whole(change.name))
        if ended:
            self.on_ended("event", ended)
        return new

    def changed_since(self, names: Iterable[str], moment: int) -> bool:
        """Whether any of the names changed after the moment, as far as that is remembered."""
        if moment < self._forgotten:
            return True
        return any((known := self._changed.get(name)) is not None and known[1] > moment for name in names)

    def clear(self) -> None:
        """Forgets all rows; those under way are not kept either."""
        self.moment += 1
        self._forgotten = self.moment
        self._entries.clear()
        self._by_name.clear()
        self.bytes = 0

    def _is_new(self, change: Change) -> bool:
        known = self._changed.get(change.name)
        if known is not None and change.version <= known[0]:
            return False
        self.moment += 1
        self._note(change.name, change.version)
        if (kind := whole(change.name)) != change.name:
            self._note(kind, 0)
        return True

    def _note(self, name: str, version: int) -> None:
        self._changed[name] = (version, self.moment)
        self._changed.move_to_end(name)
        if len(self._changed) > self._most_names:
            _, (_, moment) = self._changed.popitem(last=False)
            self._forgotten = max(self._forgotten, moment)

    def _end(self, name: str) -> int:
        keys = list(self._by_name.get(name, ()))
        for key in keys:
            self._drop(key)
        return len(keys)

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.bytes
        for name in entry.names:
            if keys := self._by_name.get(name):
                keys.discard(key)
                if not keys:
                    del self._by_name[name]

    def _make_room(self) -> None:
        gone = 0
        while self.bytes > self.most_bytes and self._entries:
            self._drop(next(iter(self._entries)))
            gone += 1
        if gone:
            self.on_ended("room", gone)
