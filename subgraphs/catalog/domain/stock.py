"""How units move between the places of a stock row: available, reserved, secured, sold."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from subgraphs.catalog.domain.errors import InvalidReservation
from subgraphs.catalog.domain.product import Fault

MOST_UNITS_A_LINE = 1_000_000
LONGEST_REASON = 1_000
"""Characters."""
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
    """Units of one SKU at one location, or at all together."""

    sku: str
    location: str = DEFAULT_LOCATION
    """Empty: all of them."""
    available: int
    reserved: int = 0
    secured: int = 0
    sold: int = 0

    @property
    def held(self) -> int:
        """Units there that are somebody's already."""
        return self.reserved + self.secured


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
    """Units found, lost, received or counted. `change_from` refuses a change decided on an old figure."""

    sku: str
    delta: int = 0
    location: str = DEFAULT_LOCATION
    quantity: int | None = None
    """Instead of a delta: units counted there that are not sold, the held ones among them."""
    change_from: int | None = None
    reason: str = ""

    def delta_at(self, level: StockLevel) -> int:
        """Units that come or go."""
        return self.delta if self.quantity is None else self.quantity - level.available - level.held

    @property
    def kind(self) -> str:
        return "adjusted" if self.quantity is None else "counted"


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerEntry:
    """One move of units of one SKU at one location."""

    id: str
    sku: str
    location: str
    kind: str
    available_delta: int
    reserved_delta: int
    secured_delta: int
    sold_delta: int
    reservation_id: str | None
    order_id: str | None
    reason: str | None
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


def faults_of_adjustment(
    adjustment: Adjustment, level: StockLevel | None, at: tuple[str, ...], *, known: bool
) -> tuple[Fault, ...]:
    """Why an adjustment is refused; `level` is None where the SKU is not `known`, or the location is not."""
    if level is None:
        return (_unknown(adjustment, at, known=known),)
    if len(adjustment.reason) > LONGEST_REASON:
        message = f"a reason has at most {LONGEST_REASON} characters"
        return (Fault(code="TOO_LONG", field=(*at, "reason"), message=message),)
    if adjustment.change_from is not None and adjustment.change_from != level.available:
        return (
            Fault(
                code="CHANGE_FROM_QUANTITY_STALE", field=(*at, "changeFromQuantity"),
                message=f"{level.available} are available now, not {adjustment.change_from}; look again",
            ),
        )  # fmt: skip
    return _faults_of_quantity(adjustment, level, at)


def _unknown(adjustment: Adjustment, at: tuple[str, ...], *, known: bool) -> Fault:
    if known:
        message = f"there is no location {adjustment.location!r}; `stockLocations` lists them"
        return Fault(code="NOT_FOUND", field=(*at, "locationId"), message=message)
    return Fault(code="UNKNOWN_SKU", field=(*at, "sku"), message=f"no variant has the SKU {adjustment.sku!r}")


def _faults_of_quantity(adjustment: Adjustment, level: StockLevel, at: tuple[str, ...]) -> tuple[Fault, ...]:
    counted = adjustment.quantity is not None
    field = (*at, "quantity" if counted else "delta")
    left = level.available + adjustment.delta_at(level)
    if counted and (adjustment.delta or adjustment.quantity not in range(MOST_UNITS_IN_STOCK + 1)):
        message = "give a quantity from 0 to 1,000,000,000, or a change, not both"
        return (Fault(code="INVALID_QUANTITY", field=field, message=message),)
    if left < 0:
        message = (
            f"{level.held} are held for checkouts and orders; so many are there at least"
            if counted
            else f"only {level.available} are not reserved; at most so many can be taken away"
        )
        return (Fault(code="INSUFFICIENT_STOCK", field=field, message=message),)
    if left > MOST_UNITS_IN_STOCK or not (counted or adjustment.delta):
        message = "a change is not 0 and leaves at most 1,000,000,000"
        return (Fault(code="INVALID_QUANTITY", field=field, message=message),)
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AdjustmentOutcome:
    """The level after an adjustment, or why it was refused."""

    level: StockLevel | None
    faults: tuple[Fault, ...] = ()
    available: int = 0
    """Units free before, to tell whoever asked for too many."""
    delta: int = 0
    """Units that came or went."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """The outcomes of a set of adjustments."""

    outcomes: tuple[AdjustmentOutcome, ...]
    repeated: bool = False
    """They are the answer that the same key got before."""
