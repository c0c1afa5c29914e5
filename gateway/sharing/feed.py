"""What subgraphs announce → what ends kept rows."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol

import structlog

from chassis.graph.shared import Announcements, Change
from chassis.graph.slice import Slice
from chassis.inbox import Received
from gateway.metrics import Metrics
from gateway.sharing.store import Store

log = structlog.get_logger("sharing")

PATIENCE_SECONDS: Final = 5.0
"""After so long without word that all events have come, rows live two seconds only."""


class Told(Protocol):
    """A store of several processes."""

    async def tell(self, changes: Sequence[Change]) -> None: ...


class Feed:
    """Applies events of a `chassis.following.Follower` to the store here and to the one behind it."""

    def __init__(self, slices: Iterable[Slice], store: Store, metrics: Metrics, behind: Told | None = None) -> None:
        announced = [piece.announces for piece in slices if piece.announces is not None]
        self.topics = [each.topic for each in announced]
        self._readers = _readers(announced)
        self._store = store
        self._metrics = metrics
        self._behind = behind

    async def handle(self, events: Sequence[Received]) -> None:
        """Ends what changed. An event that cannot be read ends everything: it may mean anything."""
        changes: list[Change] = []
        for event in events:
            reader = self._readers.get(event.type)
            if reader is None:
                continue
            try:
                changes.extend(reader(event.payload))
            except Exception:
                log.exception("sharing.unreadable", event_id=event.event_id, type=event.type)
                self._store.clear()
        new = self._store.change(changes)
        self._metrics.shared_changes.labels("new").inc(len(new))
        self._metrics.shared_changes.labels("known").inc(len(changes) - len(new))
        if new and self._behind is not None:
            await self._behind.tell(new)

    async def caught_up(self, at: float) -> None:
        """All that was announced up to this time (of the store's clock) has been handled."""
        self._store.trust(at + PATIENCE_SECONDS)
        if self._behind is not None:
            await self._behind.tell(())


def _readers(announced: Iterable[Announcements]) -> dict[str, Callable[[bytes], Sequence[Change]]]:
    """By the name of the event's message."""
    readers: dict[str, Callable[[bytes], Sequence[Change]]] = {}
    for each in announced:
        for message, change in each.changes.items():
            readers[_name(message)] = _reader(message, change)
    return readers


def _reader(message: Any, change: Callable[[Any], Sequence[Change]]) -> Callable[[bytes], Sequence[Change]]:
    return lambda payload: change(message.FromString(payload))


def _name(message: Any) -> str:
    return message.DESCRIPTOR.full_name
