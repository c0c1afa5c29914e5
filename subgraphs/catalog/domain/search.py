"""What is asked of a search, whichever engine does it."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from subgraphs.catalog.domain.errors import InvalidCursor, InvalidSearch
from subgraphs.catalog.domain.facet import AVAILABILITY, IN_STOCK, PRICE, SOLD_OUT
from subgraphs.catalog.domain.price_ranges import PriceRange, price_range, price_ranges
from subgraphs.catalog.domain.product import Shop

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
LONGEST_VALUE = 1_000
"""Characters of a brand, an id, or a value of a facet or an attribute: what shoppers choose from has 40."""
MOST_PAGE = 100
LONGEST_CURSOR = 20_000
LONGEST_SNAPSHOT = 2_000
LONGEST_PLACE = 5_000
"""Characters."""
HIGHEST_PLACE = 2**63


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
    if len(text) > LONGEST_CURSOR:
        raise InvalidCursor(characters=len(text))
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
        or not _is_place(cursor.values, SortField(sort[:-1]))
    ):
        raise InvalidCursor(cursor=text[:40])
    return cursor


def _is_place(values: tuple[Any, ...], sort: SortField) -> bool:
    """Whether a hit may have these sort values, or none: an engine may stumble over others, and be taken for broken."""
    if not values:
        return True
    if len(values) != 2 or not isinstance(values[1], str) or len(values[1]) > LONGEST_KEY:
        return False
    first = values[0]
    match sort:
        case SortField.NAME:
            return first is None or (isinstance(first, str) and len(first) <= LONGEST_PLACE)
        case SortField.RELEVANCE:
            return type(first) in (int, float) and abs(first) < HIGHEST_PLACE
        case _:
            return type(first) is int and -HIGHEST_PLACE <= first < HIGHEST_PLACE


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
    want_attributes: bool = True
    want_categories: bool = False

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
        names = (*(each.facet for each in self.chosen), *(each.key for each in self.attributes))
        for name in names:
            if len(name) > LONGEST_KEY:
                raise InvalidSearch(f"a name has at most {LONGEST_KEY} characters", name=name[:40])
        ids = tuple(each for each in (self.category_id, self.collection_id) if each)
        alternatives = (ids, self.brands, *(each.values for each in (*self.chosen, *self.attributes)))
        if any("\x00" in text for texts in (names, *alternatives) for text in texts):
            raise InvalidSearch("nothing that is narrowed by has the character U+0000")
        for values in alternatives:
            if len(values) > MOST_ALTERNATIVES:
                raise InvalidSearch(f"at most {MOST_ALTERNATIVES} values are alternatives", given=len(values))
            if (longest := max(map(len, values), default=0)) > LONGEST_VALUE:
                raise InvalidSearch(f"a value has at most {LONGEST_VALUE} characters", characters=longest)
        if (given := sum(len(each.values) for each in self.chosen)) > MOST_CHOSEN:
            raise InvalidSearch(f"at most {MOST_CHOSEN} values of facets are chosen", given=given)

    @property
    def chosen_prices(self) -> list[PriceRange]:
        """Of the price facet."""
        return [price_range(value) for each in self.chosen if each.facet == PRICE for value in each.values]

    @property
    def price_ranges(self) -> list[PriceRange]:
        """Those that the price facet counts."""
        return price_ranges(self.shop.currency, self.chosen_prices)

    @property
    def order(self) -> str:
        """Names the list a cursor belongs to."""
        return f"{self.sort}{'-' if self.descending else '+'}"

    @property
    def cursor(self) -> Cursor | None:
        return read_cursor(self.after, self.order)
