"""Product events in: notes which products the search index lags behind on."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from emporium.events.v1.events_pb2 import ProductChanged

from chassis.database import Connection
from chassis.inbox import Handler, Received


class Noting(Protocol):
    """Where the notes go."""

    async def note(self, tx: Connection, versions: Mapping[str, int]) -> None: ...


def handlers(entries: Noting) -> dict[str, Handler]:
    """By event type. Stock needs no handler of its own: a flip of availability bumps the product."""

    async def product_changed(tx: Connection, events: Sequence[Received]) -> None:
        versions: dict[str, int] = {}
        for event in events:
            changed = ProductChanged.FromString(event.payload)
            versions[changed.product_id] = max(changed.version, versions.get(changed.product_id, 0))
        await entries.note(tx, versions)

    return {ProductChanged.DESCRIPTOR.full_name: product_changed}
