"""How units move between the places of a stock row: available, reserved, secured, sold."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subgraphs.catalog.domain.errors import InvalidReservation
from subgraphs.catalog.domain.product import Fault

MOST_UNITS_A_LINE = 1_000_000
MOST_UNITS_IN_STOCK = 1_000_000_000
LONGEST_TTL_SECONDS = 7 * 24 * 3600
DEFAULT_LOCATION = "default"


class ReservationState(StrEnum):
    """Where the units of a reservation are."""

    RESERVED = "RESERVED"
    SECURED = "SECURED"
    SOLD = "SOLD"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    REFUSED_SHORT = "REFUSED_SHORT"
    RESTOCKED = "RESTOCKED"
    UNKNOWN = "UNKNOWN_RESERVATION"


@dataclass(frozen=True, kw_only=True, slots=True)
class StockLevel:
    """Units of one SKU at one location."""

    sku: str
    location: str = DEFAULT_LOCATION
    available: int
    reserved: int = 0
    secured: int = 0
    sold: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reservation:
    """What one order wants held: units by SKU, twin lines summed."""

    id: str
    order_id: str
    wanted: Mapping[str, int]
    ttl_seconds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortage:
    """Why a reservation was refused."""

    sku: str
    wanted: int
    available: int
    unknown: bool = False
    """The SKU does not exist or is not for sale."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationOutcome:
    """Where a reservation stands after a call."""

    id: str
    state: ReservationState
    shortages: tuple[Shortage, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """Units found, lost or received. `change_from` refuses a change decided on an old figure."""

    sku: str
    delta: int
    change_from: int | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerEntry:
    """One move of units of one SKU."""

    id: str
    sku: str
    kind: str
    available_delta: int
    reserved_delta: int
    secured_delta: int
    sold_delta: int
    reservation_id: str | None
    order_id: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """A step of a reservation: from which states, to which, and between which places its units go."""

    kind: str
    origins: Mapping[ReservationState, str]
    """The place that gives the units, by the state the reservation is in."""
    target: ReservationState
    takes: str
    """The place that gets the units."""
    only_in_time: bool = False
    """Refused once the reservation's time is over."""
    leaves_tombstone: bool = False
    """An unknown reservation is remembered as done, so that a late reserve is refused."""


SECURE = Move(
    kind="secured", origins={ReservationState.RESERVED: "reserved"}, target=ReservationState.SECURED, takes="secured",
    only_in_time=True,
)  # fmt: skip
COMMIT = Move(kind="sold", origins={ReservationState.SECURED: "secured"}, target=ReservationState.SOLD, takes="sold")
RELEASE = Move(
    kind="released", origins={ReservationState.RESERVED: "reserved", ReservationState.SECURED: "secured"},
    target=ReservationState.RELEASED, takes="available", leaves_tombstone=True,
)  # fmt: skip
RESTOCK = Move(
    kind="restocked", origins={ReservationState.SOLD: "sold"}, target=ReservationState.RESTOCKED, takes="available"
)
EXPIRE = Move(
    kind="expired", origins={ReservationState.RESERVED: "reserved"}, target=ReservationState.EXPIRED, takes="available"
)


def reservation(
    *, reservation_id: str, order_id: str, lines: Iterable[tuple[str, int]], ttl_seconds: int
) -> Reservation:
    """Checks what was asked and sums twin lines. Raises InvalidReservation."""
    wanted = Counter[str]()
    for sku, quantity in lines:
        if not sku or not 1 <= quantity <= MOST_UNITS_A_LINE:
            raise InvalidReservation(reservation_id=reservation_id, sku=sku, quantity=quantity)
        wanted[sku] += quantity
    if not 1 <= len(reservation_id) <= 200 or not wanted or not 1 <= ttl_seconds <= LONGEST_TTL_SECONDS:
        raise InvalidReservation(reservation_id=reservation_id, ttl_seconds=ttl_seconds)
    return Reservation(
        id=reservation_id, order_id=order_id, wanted=dict(sorted(wanted.items())), ttl_seconds=ttl_seconds
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Allocation:
    """Who gets what: the reservations granted, and why the others are not."""

    granted: tuple[Reservation, ...]
    refused: Mapping[str, tuple[Shortage, ...]]

    @property
    def demand(self) -> dict[str, int]:
        """Units taken of each SKU, all granted reservations together, in key order."""
        total = Counter[str]()
        for each in self.granted:
            total.update(each.wanted)
        return dict(sorted(total.items()))


def allocate(reservations: Sequence[Reservation], available: Mapping[str, int]) -> Allocation:
    """First come, first served; each reservation gets all its lines or nothing.

    `available` holds the units of every SKU that may be sold; a SKU that is absent is unknown.
    """
    left = dict(available)
    granted: list[Reservation] = []
    refused: dict[str, tuple[Shortage, ...]] = {}
    for each in reservations:
        shortages = tuple(
            Shortage(sku=sku, wanted=quantity, available=left.get(sku, 0), unknown=sku not in left)
            for sku, quantity in each.wanted.items()
            if left.get(sku, -1) < quantity
        )
        if shortages:
            refused[each.id] = shortages
            continue
        for sku, quantity in each.wanted.items():
            left[sku] -= quantity
        granted.append(each)
    return Allocation(granted=tuple(granted), refused=refused)


def faults_of_adjustment(adjustment: Adjustment, available: int | None, at: tuple[str, ...]) -> tuple[Fault, ...]:
    """Why an adjustment is refused; `available` is None where the SKU is unknown."""
    if available is None:
        return (Fault(code="UNKNOWN_SKU", field=(*at, "sku"), message=f"no variant has the SKU {adjustment.sku!r}"),)
    if adjustment.change_from is not None and adjustment.change_from != available:
        return (
            Fault(
                code="CHANGE_FROM_QUANTITY_STALE", field=(*at, "changeFromQuantity"),
                message=f"{available} are available now, not {adjustment.change_from}; look again and decide anew",
            ),
        )  # fmt: skip
    if available + adjustment.delta < 0:
        return (
            Fault(
                code="INSUFFICIENT_STOCK", field=(*at, "delta"),
                message=f"only {available} are not reserved; at most so many can be taken away",
            ),
        )  # fmt: skip
    if adjustment.delta == 0 or available + adjustment.delta > MOST_UNITS_IN_STOCK:
        return (
            Fault(
                code="INVALID_QUANTITY",
                field=(*at, "delta"),
                message="a change is not 0 and leaves at most 1,000,000,000",
            ),
        )
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustmentOutcome:
    """The level after an adjustment, or why it was refused."""

    level: StockLevel | None
    faults: tuple[Fault, ...] = ()
    available: int = 0
    """Units free, to tell whoever asked for too many."""
