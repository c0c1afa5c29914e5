"""What a search answers, whichever engine does it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from subgraphs.catalog.domain.explanation import Explanation
from subgraphs.catalog.domain.facet import Facet, FacetCounts
from subgraphs.catalog.domain.product import Category, Product

COUNTED_UP_TO = 10_000
"""`totalCount` is exact up to here."""


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
    categories: tuple[Category, ...] = ()
    """Of the hits' products, where they are wanted."""

    @property
    def cursors(self) -> tuple[str, ...]:
        return tuple(hit.cursor for hit in self.hits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """How a beginning may go on: as a product, a category or a query, by which id is set."""

    text: str
    product_id: str | None = None
    category_id: str | None = None
    product: Product | None = None
    """Where it is wanted, like its category."""
    category: Category | None = None
