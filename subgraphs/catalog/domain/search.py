"""What is asked of a search and what it answers, whichever engine does it."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from chassis.money import decimal_amount, exponent
from subgraphs.catalog.domain.errors import InvalidCursor, InvalidSearch
from subgraphs.catalog.domain.explanation import Explanation
from subgraphs.catalog.domain.product import Product, Shop

PRICE, BRAND, CATEGORY, AVAILABILITY = "price", "brand", "category", "availability"
LABELS = {PRICE: "Price", BRAND: "Brand", CATEGORY: "Category", AVAILABILITY: "Availability"}
IN_STOCK, SOLD_OUT = "IN_STOCK", "SOLD_OUT"
AVAILABILITY_LABELS = {IN_STOCK: "In stock", SOLD_OUT: "Sold out"}
PRICE_STEPS = (0, 10, 25, 50, 100, 250, 500, 1_000, 2_500)
"""Where price ranges begin, in major units of the currency; the last one is open."""
LONGEST_QUERY = 500
LONGEST_KEY = 100
"""Characters of a facet's or an attribute's name: no attribute of a product has a longer one."""
MOST_NARROWED = 20
"""Facets, and attribute filters, of one search: each facet is counted under the choices of all others, so that what it
costs grows with the square of their number."""
MOST_ALTERNATIVES = 100
"""Values of one of them."""
MOST_CHOSEN = 200
"""Values of all facets together, for the same reason."""
MOST_PAGE = 100
COUNTED_UP_TO = 10_000
"""`totalCount` is exact up to here."""


LONGEST_SNAPSHOT = 2_000
"""Characters."""


class SortField(StrEnum):
    RELEVANCE = "RELEVANCE"
    PRICE = "PRICE"
    NAME = "NAME"
    CREATED_AT = "CREATED_AT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """Where a page ends: the sort values of its last hit, for the engine that made it, and how many hits precede."""

    engine: str
    sort: str
    values: tuple[Any, ...]
    position: int
    snapshot: str = ""
    """The engine's name for the state of its index that the list is paged in."""

    def __str__(self) -> str:
        parts = [self.engine, self.sort, self.values, self.position, self.snapshot]
        return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


def read_cursor(text: str, sort: str) -> Cursor | None:
    """None for the empty cursor. Raises InvalidCursor for one of another list or order."""
    if not text:
        return None
    try:
        engine, made_for, values, position, snapshot = orjson.loads(base64.urlsafe_b64decode(text.encode()))
        cursor = Cursor(
            engine=str(engine),
            sort=str(made_for),
            values=tuple(values),
            position=int(position),
            snapshot=str(snapshot),
        )
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError) as error:
        raise InvalidCursor(cursor=text[:40]) from error
    if (
        cursor.sort != sort
        or not 0 <= cursor.position <= 1_000_000
        or cursor.engine not in ("e", "p")
        or len(cursor.snapshot) > LONGEST_SNAPSHOT
    ):
        raise InvalidCursor(cursor=text[:40])
    return cursor


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """The values chosen of one facet: alternatives of each other."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeFilter:
    """One of the values, or a number within bounds (both included)."""

    key: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    def checked(self) -> None:
        """Raises InvalidSearch."""
        if not self.key or not (self.values or self.low is not None or self.high is not None):
            raise InvalidSearch("an attribute filter has a key, and values or a bound", key=self.key[:40])


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchRequest:
    """A search as it is asked; an empty query matches all."""

    query: str
    shop: Shop
    first: int
    after: str = ""
    category_id: str | None = None
    collection_id: str | None = None
    brands: tuple[str, ...] = ()
    min_price: int | None = None
    max_price: int | None = None
    available_for_sale: bool | None = None
    include_unpublished: bool = False
    attributes: tuple[AttributeFilter, ...] = ()
    chosen: tuple[Chosen, ...] = ()
    opened_categories: tuple[str, ...] = ()
    """From the root to each category that is chosen: the levels that the category facet shows."""
    sort: SortField = SortField.RELEVANCE
    descending: bool = False
    want_facets: bool = True
    want_total: bool = True
    want_highlights: bool = True
    want_explanations: bool = False

    def checked(self) -> "SearchRequest":
        """Itself. Raises InvalidSearch for what no engine can answer."""
        if len(self.query) > LONGEST_QUERY:
            raise InvalidSearch(f"a query has at most {LONGEST_QUERY} characters", characters=len(self.query))
        self._bounded()
        for chosen in self.chosen:
            if chosen.facet == PRICE:
                for value in chosen.values:
                    price_range(value)
            if chosen.facet == AVAILABILITY and not set(chosen.values) <= {IN_STOCK, SOLD_OUT}:
                raise InvalidSearch(f"the facet availability takes {IN_STOCK} or {SOLD_OUT}")
        for attribute in self.attributes:
            attribute.checked()
        return self

    def _bounded(self) -> None:
        for what, narrowed in (("facets", self.chosen), ("attributes", self.attributes)):
            if len(narrowed) > MOST_NARROWED:
                raise InvalidSearch(f"a search has at most {MOST_NARROWED} {what}", given=len(narrowed))
        for name in (*(each.facet for each in self.chosen), *(each.key for each in self.attributes)):
            if len(name) > LONGEST_KEY:
                raise InvalidSearch(f"a name has at most {LONGEST_KEY} characters", name=name[:40])
        for values in (self.brands, *(each.values for each in (*self.chosen, *self.attributes))):
            if len(values) > MOST_ALTERNATIVES:
                raise InvalidSearch(f"at most {MOST_ALTERNATIVES} values are alternatives", given=len(values))
        if (given := sum(len(each.values) for each in self.chosen)) > MOST_CHOSEN:
            raise InvalidSearch(f"at most {MOST_CHOSEN} values of facets are chosen", given=given)

    @property
    def order(self) -> str:
        """Names the list a cursor belongs to."""
        return f"{self.sort}{'-' if self.descending else '+'}"

    @property
    def cursor(self) -> Cursor | None:
        return read_cursor(self.after, self.order)


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
    """One for each of `price_steps`."""
    in_stock: int
    sold_out: int
    attributes: tuple[tuple[str, str, int], ...]
    """Key, value, count; only values short enough to choose from."""
    numbers: Mapping[str, Sequence[tuple[float, int]]] = field(default_factory=dict[str, Sequence[tuple[float, int]]])
    """Of the attributes of `facets.range_keys`: every number with its hits, ascending."""


class RescueKind(StrEnum):
    """How a search that would have found nothing, or next to nothing, was answered after all."""

    FEWER_WORDS = "FEWER_WORDS"
    NEAR_CATEGORY = "NEAR_CATEGORY"
    NEAR_MEANING = "NEAR_MEANING"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rescue:
    """What was done, and which words no product has."""

    kind: RescueKind
    ignored_words: tuple[str, ...] = ()
    category_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundHit:
    """A hit as an engine knows it; the product itself is read from the database."""

    product_id: str
    cursor: str
    highlights: Mapping[str, str] = field(default_factory=dict[str, str])
    """Escaped snippet by field, matches in <em>."""
    explanation: Explanation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An engine's answer."""

    hits: tuple[FoundHit, ...]
    has_next_page: bool
    total: int | None = None
    counts: FacetCounts | None = None
    did_you_mean: str | None = None
    rescue: Rescue | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHit:
    product: Product
    cursor: str
    highlights: Mapping[str, str]
    explanation: Explanation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchPage:
    """What the shopper gets. `degraded` says why it is second best."""

    hits: tuple[SearchHit, ...]
    has_next_page: bool
    has_previous_page: bool
    total: int | None
    facets: tuple[Facet, ...]
    did_you_mean: str | None
    degraded: str | None = None
    rescue: Rescue | None = None

    @property
    def cursors(self) -> tuple[str, ...]:
        return tuple(hit.cursor for hit in self.hits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """How a beginning may go on: as a product, a category or a query, by which id is set."""

    text: str
    product_id: str | None = None
    category_id: str | None = None


def price_steps(currency: str) -> list[tuple[int, int | None]]:
    """The ranges of the price facet in minor units: from, and up to (not included; None: open)."""
    starts = [step * 10 ** exponent(currency) for step in PRICE_STEPS]
    return list(zip(starts, [*starts[1:], None], strict=True))


def price_value(start: int, end: int | None) -> str:
    """How a range is sent back: "2500-5000", open "250000-"."""
    return f"{start}-{'' if end is None else end}"


def price_range(value: str) -> tuple[int, int | None]:
    """Reads `price_value`. Raises InvalidSearch."""
    start, dash, end = value.partition("-")
    if not dash or not start.isdecimal() or (end and not end.isdecimal()) or len(value) > 40:
        raise InvalidSearch("a price range is written in minor units like 2500-5000", value=value[:40])
    low, high = int(start), int(end) if end else None
    if max(low, high or 0) >= 2**63:
        raise InvalidSearch("a price has at most 19 digits", value=value[:40])
    return low, high


def price_label(start: int, end: int | None, currency: str) -> str:
    low = decimal_amount(start, currency).partition(".")[0]
    if end is None:
        return f"{currency} {low} and more"
    return f"{currency} {low} to {decimal_amount(end, currency).partition('.')[0]}"
