"""Places that hold stock."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION

MOST_LOCATIONS = 100
"""Every list of the levels of a SKU is bounded by it."""
MOST_PRIORITY = 1_000_000
LONGEST_NAME = 200
LONGEST_LINE = 200
"""Characters of a name, and of each line of an address."""
ADDRESS_FIELDS = {"full_name": "fullName", "postal_code": "postalCode", "country_code": "countryCode"}
"""What is called otherwise in an input."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def is_location_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class LocationDraft:
    """A location as it is to be. None stays as it is."""

    id: str
    name: str
    address: Mapping[str, str] | None = None
    """Fields of `emporium.common.v1.PostalAddress` by name; an empty one is taken away."""
    priority: int | None = None
    """A new one has 0."""
    active: bool | None = None
    """A new one is."""
    expected_version: int | None = None
    """Another version is refused; 0: it must be new."""
    operation: str = "stockLocationUpsert"
    """What the write is called in the record of changes."""

    def upon(self, known: "StockLocation | None") -> "LocationDraft":
        """With all that it leaves as it is."""
        address, priority, active = (known.address, known.priority, known.active) if known else (None, 0, True)
        return replace(
            self,
            address=address if self.address is None else self.address or None,
            priority=priority if self.priority is None else self.priority,
            active=active if self.active is None else self.active,
        )

    def says(self, location: "StockLocation") -> bool:
        """Is it so already? Of one that leaves nothing open."""
        mine = (self.name, self.address, self.priority, self.active)
        return mine == (location.name, location.address, location.priority, location.active)


@dataclass(frozen=True, kw_only=True, slots=True)
class StockLocation:
    """A location as it is."""

    id: str
    name: str
    address: Mapping[str, str] | None
    priority: int
    active: bool
    settled: bool
    """Its stock follows `active`."""
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def told(self) -> dict[str, object]:
        """As the record of changes has it."""
        return {"name": self.name, "address": self.address, "priority": self.priority, "active": self.active}


@dataclass(frozen=True, kw_only=True, slots=True)
class LocationWrite:
    """The location after a write, or why it was refused."""

    location: StockLocation | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """How far a location's stock follows what the location says."""

    location: str
    version: int
    sku: str
    """The last one that does."""


def faults_of_location(draft: LocationDraft) -> tuple[Fault, ...]:
    """What is wrong with it whatever is there."""
    found: list[Fault] = []
    if not is_location_id(draft.id):
        message = "an id has 1 to 64 of a-z, 0-9, - and _, and begins with a letter or digit"
        found.append(Fault(code="INVALID", field=("id",), message=message))
    if not draft.name.strip():
        found.append(Fault(code="REQUIRED", field=("name",), message="a location has a name"))
    elif len(draft.name) > LONGEST_NAME:
        found.append(Fault(code="TOO_LONG", field=("name",), message=f"at most {LONGEST_NAME} characters"))
    if abs(draft.priority or 0) > MOST_PRIORITY:
        message = f"a priority is from -{MOST_PRIORITY:,} to {MOST_PRIORITY:,}"
        found.append(Fault(code="INVALID", field=("priority",), message=message))
    if draft.id == DEFAULT_LOCATION and draft.active is False:
        found.append(DEFAULT_STAYS)
    return (*found, *_address_faults(draft.address or {}))


def _address_faults(address: Mapping[str, str]) -> Iterator[Fault]:
    """It may be half an address, but none that no label has room for."""
    for name, line in address.items():
        at = ("address", ADDRESS_FIELDS.get(name, name))
        if len(line) > LONGEST_LINE or "\x00" in line:
            message = f"a line of an address has at most {LONGEST_LINE} characters, none of them U+0000"
            yield Fault(code="TOO_LONG", field=at, message=message)
        elif name == "country_code" and line and not _COUNTRY.fullmatch(line):
            message = f"{line!r} is no country code of ISO 3166-1, such as DE"
            yield Fault(code="INVALID", field=at, message=message)


DEFAULT_STAYS = Fault(
    code="WRONG_STATE",
    field=("id",),
    message="the default location stays active: new SKUs get their first units there. Lower its priority instead",
)
TOO_MANY = Fault(
    code="LIMIT_REACHED", field=("id",), message=f"there are {MOST_LOCATIONS} locations, and no room for more"
)
IN_THE_BOOKS = Fault(
    code="NOT_EMPTY", field=("id",),
    message="it holds stock, or did: the ledger names it. `stockLocationDeactivate` takes its units off sale",
)  # fmt: skip
UNKNOWN = Fault(code="NOT_FOUND", field=("id",), message="no such location; `stockLocations` lists them")


def stale(version: int, expected: int) -> Fault:
    """Somebody else was faster."""
    message = f"the location has version {version} now, not {expected}; read it again"
    return Fault(code="STALE_VERSION", field=("expectedVersion",), message=message)
