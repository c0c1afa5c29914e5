"""Looks after the places that hold stock, and after what counts as low there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis import identity
from subgraphs.catalog.app.cursors import cursor, keys_of
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.read_stock import READERS
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.app.stock_ports import StockLocations
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock_location import (
    MOST_PRIORITY,
    UNKNOWN,
    LocationDraft,
    LocationWrite,
    StockLocation,
    Stretch,
    faults_of_location,
)
from subgraphs.catalog.domain.stock_news import Threshold, ThresholdWrite

STRETCH = 500
"""SKUs whose stock is opened or closed in one transaction."""
AT_ONCE = 10
"""Stretches before the caller is answered; the rest follows in the background."""
ABOVE_ALL = MOST_PRIORITY + 1


@dataclass(frozen=True)
class KeepLocations:
    """For catalogue staff; the other staff may read."""

    locations: StockLocations

    async def by_ids(self, ids: Sequence[str]) -> list[StockLocation | None]:
        identity.current().require(*READERS)
        check_keys(ids)
        return await self.locations.by_ids(ids)

    async def page(self, *, first: int, after: str, active: bool | None) -> Page[StockLocation]:
        """In the order they are served."""
        identity.current().require(*READERS)
        at: Any = keys_of(after, int, str) or (ABOVE_ALL, "")
        priority = max(-ABOVE_ALL, min(ABOVE_ALL, at[0]))
        found = await self.locations.after(priority, at[1], check_page(first) + 1, active=active)
        return page_of(((cursor(each.priority, each.id), each) for each in found), first, after)

    async def save(self, draft: LocationDraft) -> LocationWrite:
        """Makes or changes one. Opening or closing a large one goes on in the background: see `settled`."""
        require_editor()
        if faults := faults_of_location(draft):
            return LocationWrite(location=None, faults=faults)
        write = await self.locations.save(draft)
        if write.location is None or write.location.settled:
            return write
        await settle(self.locations, AT_ONCE)
        (location,) = await self.locations.by_ids([draft.id])
        return LocationWrite(location=location, faults=write.faults)

    async def deactivate(self, location_id: str, expected_version: int | None) -> LocationWrite:
        """Its units are not for sale any more; what is held of them stays held, and moves on as ever."""
        require_editor()
        (known,) = await self.locations.by_ids([location_id])
        if known is None:
            return LocationWrite(location=None, faults=(UNKNOWN,))
        return await self.save(
            LocationDraft(
                id=known.id,
                name=known.name,
                active=False,
                # What was read is what is changed: nobody's change in between is taken back.
                expected_version=known.version if expected_version is None else expected_version,
                operation="stockLocationDeactivate",
            )
        )

    async def delete(self, location_id: str, expected_version: int) -> Fault | None:
        """Why it stays: only one that never held stock can go, any other is a part of the books."""
        require_editor()
        return await self.locations.delete(location_id, expected_version)

    async def set_thresholds(self, thresholds: Sequence[Threshold]) -> list[ThresholdWrite]:
        """Each by itself."""
        require_editor()
        check_keys(thresholds)
        return await self.locations.set_thresholds(thresholds) if thresholds else []


async def settle(locations: StockLocations, most: int) -> int:
    """Opens and closes stock as its locations say, at most so many stretches; how many there were."""
    done: Stretch | None = None
    for count in range(most):
        done = await locations.settle(done, STRETCH)
        if done is None:
            return count
    return most
