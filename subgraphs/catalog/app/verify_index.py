"""Compares the search index with the database, a stretch at a time, and mends what differs."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.index_ports import IndexEntries, IndexSource, IndexStore, Known
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
    """Both ways: what the index lacks, and what it has too much. Raises SearchEngineAway.

    The database is read before the index: a change that comes in between makes the index newer, which is no fault.
    """

    source: IndexSource
    store: IndexStore
    entries: IndexEntries

    async def database_side(self, after: str, *, mend: bool) -> Verified:
        """The next products of the database, each of which must be in the index as it is now."""
        require_editor()
        known = await self.source.known_after(after, STRETCH)
        settled = [each for each in known if not each.pending]
        indexed = await self.store.versions([each.id for each in settled])
        found = [difference for each in settled if (difference := _difference(each, indexed.get(each.id)))]
        if mend and found:
            await self.entries.redo([each.product_id for each in found])
        return Verified(
            checked=len(known),
            pending=len(known) - len(settled),
            differences=tuple(found),
            next=known[-1].id if len(known) == STRETCH else "",
        )

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


def _difference(known: Known, indexed: int | None) -> Difference | None:
    if known.failure:
        return Difference(product_id=known.id, kind=DifferenceKind.REFUSED, detail=known.failure)
    if indexed is None:
        return Difference(product_id=known.id, kind=DifferenceKind.MISSING, detail="the index has no such document")
    if indexed < known.version:
        detail = f"the index has version {indexed} of {known.version}"
        return Difference(product_id=known.id, kind=DifferenceKind.OUTDATED, detail=detail)
    return None
