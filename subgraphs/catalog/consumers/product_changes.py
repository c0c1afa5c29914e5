"""Product events in: notes which products the search index lags behind on."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Protocol

from emporium.events.v1.events_pb2 import ProductChanged, ProductsChanged

from chassis.database import Connection
from chassis.inbox import Handler, Received


class Noting(Protocol):
    """Where the notes go."""

    async def note(self, tx: Connection, versions: Mapping[str, int]) -> None: ...


def handlers(entries: Noting) -> dict[str, Handler]:
    """By event type. Stock needs no handler of its own: a flip of availability bumps the product."""

    async def note(tx: Connection, changes: Iterable[ProductChanged]) -> None:
        versions: dict[str, int] = {}
        for changed in changes:
            versions[changed.product_id] = max(changed.version, versions.get(changed.product_id, 0))
        await entries.note(tx, versions)

    async def product_changed(tx: Connection, events: Sequence[Received]) -> None:
        await note(tx, [ProductChanged.FromString(event.payload) for event in events])

    async def products_changed(tx: Connection, events: Sequence[Received]) -> None:
        await note(tx, chain.from_iterable(ProductsChanged.FromString(event.payload).products for event in events))

    return {
        ProductChanged.DESCRIPTOR.full_name: product_changed,
        ProductsChanged.DESCRIPTOR.full_name: products_changed,
    }
