"""What staff makes of collections."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from subgraphs.catalog.app.channel_directory import ChannelDirectory
from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.shelf_ports import Collections, CollectionWrites
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.arrangement import Written
from subgraphs.catalog.domain.collection import Collection, CollectionChange, CollectionProducts, NewCollection
from subgraphs.catalog.domain.product import Fault

T = TypeVar("T")
Answer = tuple[Collection | None, tuple[Fault, ...]]


@dataclass(frozen=True)
class ArrangeCollections:
    """Each write answers with the collection as it is then, or why it was refused."""

    writes: CollectionWrites
    collections: Collections
    channels: ChannelDirectory

    async def create(self, made: NewCollection) -> Answer:
        check_keys(made.product_ids)
        return await self._write(
            self.writes.create, made, [*made.faults(), *await self.channels.unknown(made.channels)]
        )

    async def update(self, change: CollectionChange) -> Answer:
        faults = [*change.faults(), *await self.channels.unknown(change.channels or ())]
        return await self._write(self.writes.update, change, faults)

    async def delete(self, collection_id: str, expected_version: int | None) -> Written:
        require_editor()
        return await self.writes.delete(collection_id, expected_version)

    async def add(self, asked: CollectionProducts) -> Answer:
        check_keys(asked.product_ids)
        return await self._write(self.writes.add, asked, asked.faults())

    async def remove(self, asked: CollectionProducts) -> Answer:
        check_keys(asked.product_ids)
        return await self._write(self.writes.remove, asked, asked.faults())

    async def reorder(self, asked: CollectionProducts) -> Answer:
        check_keys(asked.product_ids)
        return await self._write(self.writes.reorder, asked, asked.faults())

    async def _write(self, write: Callable[[T], Awaitable[Written]], asked: T, faults: Iterable[Fault]) -> Answer:
        require_editor()
        found = tuple(faults)
        written = Written(faults=found) if found else await write(asked)
        if written.id is None:
            return None, written.faults
        (collection,) = await self.collections.by_ids([written.id], unpublished=True)
        return collection, ()
