"""A product as search sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from subgraphs.catalog.domain.embedding import Embedding
from subgraphs.catalog.domain.facets import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class SpokenTexts:
    """A product's texts in one locale, each as it is shown there."""

    name: str
    description: str | None
    category_path: tuple[str, ...]
    attribute_words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexDocument:
    """Everything of one product that is searched, filtered, counted or sorted by."""

    id: str
    version: int
    channels: tuple[str, ...]
    """Where it is published; none makes it a tombstone, which no search finds."""
    external_reference: str
    name: str
    description: str | None
    brand: str | None
    category_ids: tuple[str, ...]
    """From the root to its own."""
    category_path: tuple[str, ...]
    collection_ids: tuple[str, ...] = ()
    """Of one that is shown in some channels only, once for each: "col_…@eu"."""
    """Of the published collections it is in."""
    attributes: tuple[Fact, ...]
    """Those that a shopper may narrow a search by."""
    attribute_words: tuple[str, ...] = ()
    """The values of those that a search finds products by."""
    codes: tuple[str, ...]
    """SKUs and other names of single articles."""
    prices: Mapping[str, int]
    """Lowest price in minor units by "channel_CURRENCY"."""
    in_stock: tuple[str, ...]
    """Where it can be bought, as "channel_CURRENCY": what is in stock is not priced in every currency."""
    texts: Mapping[str, SpokenTexts] = field(default_factory=dict[str, SpokenTexts])
    """What it is called in the languages of its channels, by locale."""
    popularity: int = 0
    """Its band: the more it sells the higher."""
    created_at: datetime
    embedding: Embedding | None = None
    """Of its texts as written at first, perhaps of earlier ones; None while there is none."""
