"""Compares the search index with the database, a stretch at a time, and mends what differs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.index_ports import Indexed, IndexEntries, IndexSource, IndexStore, Known
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.index_difference import Difference, DifferenceKind

STRETCH = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """One stretch. `next` is where the following one begins, empty after the last."""

    checked: int
    pending: int
    differences: tuple[Difference, ...]
    next: str


@dataclass(frozen=True)
class VerifyIndex:
    """Both ways: what the index lacks or tells otherwise, and what it has too much. Raises SearchEngineAway.

    Changes go on meanwhile. What differs is looked at a second time: only what differs then too, is not on its way and
    has not changed since it was read is told.
    """

    source: IndexSource
    store: IndexStore
    entries: IndexEntries

    async def database_side(self, after: str, *, mend: bool) -> Verified:
        """The next products of the database, each of which must be in the index as it is now."""
        require_editor()
        known = await self.source.known_after(after, STRETCH)
        settled = [each.id for each in known if not each.pending]
        found = await self._differing(await self._differing(settled))
        if mend and found:
            await self._mend(found.values())
        return Verified(
            checked=len(known),
            pending=len(known) - len(settled),
            differences=tuple(found.values()),
            next=known[-1].id if len(known) == STRETCH else "",
        )

    async def _differing(self, ids: Collection[str]) -> dict[str, Difference]:
        """By product, in the order of their ids."""
        if not ids:
            return {}
        documents = await self.source.documents(list(ids))
        indexed = await self.store.compared(documents)
        read = {each.id: each.version for each in documents}
        known = {each.id: each for each in await self.source.known(list(read))}
        found: dict[str, Difference] = {}
        for product_id in sorted(read):
            now = known.get(product_id)
            if now is None or now.pending or now.version != read[product_id]:
                continue
            difference = _difference(now, indexed.get(product_id))
            if difference is not None:
                found[product_id] = difference
        return found

    async def _mend(self, found: Collection[Difference]) -> None:
        ahead = [each.product_id for each in found if each.kind is DifferenceKind.AHEAD]
        if ahead:
            # An older version would lose against theirs.
            await self.store.remove(ahead)
        await self.entries.redo([each.product_id for each in found])

    async def index_side(self, after: str, *, mend: bool) -> Verified:
        """The next documents of the index, each of which must be a product of the database."""
        require_editor()
        ids = await self.store.ids_after(after, STRETCH)
        unknown = await self._unknown(ids)
        if mend and unknown:
            await self.store.remove(unknown)
        return Verified(
            checked=len(ids),
            pending=0,
            differences=tuple(
                Difference(product_id=each, kind=DifferenceKind.UNKNOWN, detail="the database has no such product")
                for each in unknown
            ),
            next=ids[-1] if len(ids) == STRETCH else "",
        )

    async def _unknown(self, ids: Sequence[str]) -> list[str]:
        there = await self.source.existing(ids)
        return [each for each in ids if each not in there]


def _difference(known: Known, indexed: Indexed | None) -> Difference | None:
    if known.failure:
        return Difference(product_id=known.id, kind=DifferenceKind.REFUSED, detail=known.failure)
    if indexed is None:
        return Difference(product_id=known.id, kind=DifferenceKind.MISSING, detail="the index has no such document")
    if indexed.version != known.version:
        kind = DifferenceKind.OUTDATED if indexed.version < known.version else DifferenceKind.AHEAD
        detail = f"the index has version {indexed.version}, the database {known.version}"
        return Difference(product_id=known.id, kind=kind, detail=detail)
    if indexed.differing:
        detail = f"the index tells otherwise: {', '.join(indexed.differing)}"
        return Difference(product_id=known.id, kind=DifferenceKind.CHANGED, detail=detail)
    return None
