"""Which location serves what: pure, and the same answer for the same stock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from subgraphs.catalog.domain.stock import Reservation, Shortage

MOST_TRIES = 1_000
"""Sets of locations looked at for one reservation; beyond them a good set will do, not the smallest."""

Shelves = dict[str, dict[str, int]]
"""Units free, by SKU and location."""


class AllocationStrategy(StrEnum):
    """How a reservation is spread over locations."""

    PRIORITY = "priority"
    """From the location of the highest priority, and from the next when it has no more."""
    FEWEST_PARCELS = "fewest_parcels"
    """From as few locations as can serve all of it; among those, of the highest priority."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Units of one SKU from one location."""

    sku: str
    location: str
    units: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A reservation that gets all it wants, and from where."""

    reservation: Reservation
    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Allocation:
    """Who gets what: the reservations granted, and why the others are not."""

    granted: tuple[Grant, ...]
    refused: Mapping[str, tuple[Shortage, ...]]


def allocate(
    reservations: Sequence[Reservation],
    shelves: Mapping[str, Mapping[str, int]],
    order: Sequence[str],
    strategy: AllocationStrategy,
) -> Allocation:
    """First come, first served; each reservation gets all its lines or nothing.

    `shelves` holds the units of every SKU that may be sold, at the locations that are open; a SKU that is absent is
    unknown. `order` lists all these locations, the highest priority first.
    """
    left = {sku: dict(units) for sku, units in shelves.items()}
    choose = STRATEGIES[strategy]
    granted: list[Grant] = []
    refused: dict[str, tuple[Shortage, ...]] = {}
    for each in reservations:
        shortages = tuple(
            Shortage(sku=sku, wanted=quantity, available=sum(left.get(sku, {}).values()), unknown=sku not in left)
            for sku, quantity in each.wanted.items()
            if sku not in left or sum(left[sku].values()) < quantity
        )
        if shortages:
            refused[each.id] = shortages
        else:
            granted.append(Grant(reservation=each, parts=_take(each.wanted, left, choose(each.wanted, left, order))))
    return Allocation(granted=tuple(granted), refused=refused)


def _take(wanted: Mapping[str, int], left: Shelves, locations: Sequence[str]) -> tuple[Part, ...]:
    """Takes the units away from `left`, location by location. All of them together have enough."""
    parts: list[Part] = []
    for sku, quantity in wanted.items():
        missing = quantity
        for location in locations:
            units = min(missing, left[sku].get(location, 0))
            if units:
                left[sku][location] -= units
                missing -= units
                parts.append(Part(sku=sku, location=location, units=units))
            if not missing:
                break
    return tuple(parts)


def _by_priority(_wanted: Mapping[str, int], _left: Shelves, order: Sequence[str]) -> Sequence[str]:
    return order


def _fewest(wanted: Mapping[str, int], left: Shelves, order: Sequence[str]) -> Sequence[str]:
    useful = [location for location in order if any(left[sku].get(location, 0) for sku in wanted)]
    tries = 0
    for size in range(1, len(useful)):
        for chosen in combinations(useful, size):
            if all(sum(left[sku].get(at, 0) for at in chosen) >= quantity for sku, quantity in wanted.items()):
                return chosen
            tries += 1
            if tries == MOST_TRIES:
                return _good(wanted, left, useful)
    return useful


def _good(wanted: Mapping[str, int], left: Shelves, useful: Sequence[str]) -> Sequence[str]:
    """Always the location next that has most of what is still missing. Of one SKU that is the fewest, too."""
    missing, chosen = dict(wanted), list[str]()
    while any(missing.values()):
        best = max(
            (location for location in useful if location not in chosen),
            key=lambda at: sum(min(units, left[sku].get(at, 0)) for sku, units in missing.items()),
        )
        chosen.append(best)
        missing = {sku: max(0, units - left[sku].get(best, 0)) for sku, units in missing.items()}
    return chosen


Choice = Callable[[Mapping[str, int], Shelves, Sequence[str]], Sequence[str]]
STRATEGIES: Mapping[AllocationStrategy, Choice] = {
    AllocationStrategy.PRIORITY: _by_priority,
    AllocationStrategy.FEWEST_PARCELS: _fewest,
}
