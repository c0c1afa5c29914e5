"""A facet of a search, as it is shown and as it is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

PRICE, BRAND, CATEGORY, AVAILABILITY = "price", "brand", "category", "availability"
LABELS = {PRICE: "Price", BRAND: "Brand", CATEGORY: "Category", AVAILABILITY: "Availability"}
IN_STOCK, SOLD_OUT = "IN_STOCK", "SOLD_OUT"
AVAILABILITY_LABELS = {IN_STOCK: "In stock", SOLD_OUT: "Sold out"}


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int
    selected: bool = False
    level: int = 0
    """In a tree: 0 for a root."""
    parent_value: str | None = None
    low: float | None = None
    high: float | None = None
    """Of a range: not included."""


class FacetKind(StrEnum):
    LIST = "LIST"
    TREE = "TREE"
    RANGES = "RANGES"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    key: str
    label: str
    values: tuple[FacetValue, ...]
    kind: FacetKind = FacetKind.LIST
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetCounts:
    """How many hits each value would leave: within a facet as if nothing of that facet were chosen."""

    brands: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]
    """By category id; a product counts for its category and all above."""
    prices: tuple[int, ...]
    """One for each of the search's `price_ranges`."""
    in_stock: int
    sold_out: int
    attributes: tuple[tuple[str, str, int], ...]
    """Key, value, count; only values short enough to choose from."""
    numbers: Mapping[str, Sequence[tuple[float, int]]] = field(default_factory=dict[str, Sequence[tuple[float, int]]])
    """Of the attributes of `facets.range_keys`: every number with its hits, ascending."""
