"""What catalog's use cases need of the world, in their own words."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.domain.facets import AttributeWords
from subgraphs.catalog.domain.found import Found, Suggestion
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.domain.product import (
    Category,
    Fault,
    Product,
    ProductDraft,
    ProductKey,
    ProductWrite,
    Shop,
    Variant,
)
from subgraphs.catalog.domain.publication import Publication, Publishing
from subgraphs.catalog.domain.search import SearchRequest
from subgraphs.catalog.domain.texts import SeoChange, TextWrite
from subgraphs.catalog.domain.translation import Translation, TranslationDraft


class Products(Protocol):
    """Products and variants as a shop shows them; every answer is in the order of its keys, gaps kept."""

    async def by_ids(
        self, ids: Sequence[str], shop: Shop, *, unpublished: bool, attributes: bool = True
    ) -> list[Product | None]:
        """Without `attributes` a product comes without them, at a third of the cost where it has many."""
        ...

    async def by_keys(self, keys: Sequence[ProductKey], shop: Shop, *, unpublished: bool) -> list[Product | None]: ...
    async def variants_by_ids(self, ids: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Variant | None]: ...
    async def variants_by_skus(self, skus: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Variant | None]: ...
    async def variants_of(
        self, product_ids: Sequence[str], shop: Shop, *, unpublished: bool
    ) -> list[list[Variant]]: ...
    async def pages_below(
        self, category_ids: Sequence[str], shop: Shop, *, first: int, after: str, unpublished: bool
    ) -> list[Page[Product]]: ...


class ProductWrites(Protocol):
    """Writes products; state and announcement commit together."""

    async def upsert(self, drafts: Sequence[ProductDraft], scope: str, key: str) -> list[ProductWrite]: ...


class AttributeVocabulary(Protocol):
    """What attributes are called in other languages."""

    async def of(self, keys: Collection[str], locales: Sequence[str]) -> Mapping[str, AttributeWords]:
        """By key, each word in the first of the locales that has it; nothing for those called as written at first."""
        ...


class CategoryPaths(Protocol):
    """The way from the root to a category."""

    async def paths_to(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Ids from the root, its own last; nothing for an unknown one."""
        ...


class Categories(Protocol):
    """The category tree, as a shop shows it; without one as it was written, counted for the default channel."""

    async def by_ids(
        self, ids: Sequence[str], shop: Shop | None = None, *, counted: bool = True
    ) -> list[Category | None]:
        """Uncounted they say 0 products."""
        ...

    async def by_slugs(self, slugs: Sequence[str], shop: Shop) -> list[Category | None]: ...
    async def children_of(self, parent_ids: Sequence[str], shop: Shop) -> list[list[Category]]: ...
    async def upsert(self, paths: Sequence[tuple[str, ...]]) -> list[Category]: ...


class Channels(Protocol):
    """Where goods are sold."""

    async def all(self) -> list[Channel]: ...
    async def upsert(self, channel: Channel, expected_version: int | None) -> Channel | Fault: ...
    async def delete(self, slug: str, expected_version: int) -> Fault | None:
        """Why it stays."""
        ...


class Publications(Protocol):
    """Where products are shown, now and by plan."""

    async def publish(
        self, ids: Sequence[str], channels: Sequence[str], publishing: Publishing, expected: Mapping[str, int]
    ) -> dict[str, int]:
        """Those that have the version expected of them, if any; the versions of all there are as they were before."""
        ...

    async def due_in(self) -> float | None:
        """Seconds until one is shown or hidden by plan; None: none will be."""
        ...

    async def follow_plans(self, limit: int) -> int: ...
    async def of(self, ids: Sequence[str]) -> list[list[Publication]]: ...


class Translations(Protocol):
    """What entities are called in other languages."""

    async def write(self, drafts: Mapping[int, TranslationDraft], place: str) -> dict[int, TextWrite]: ...
    async def of(self, ids: Sequence[str]) -> list[list[Translation]]: ...


class Addresses(Protocol):
    """Where entities are found, and what search engines are told of them."""

    async def change(self, changes: Mapping[int, SeoChange]) -> dict[int, TextWrite]: ...
    async def former_slugs(self, ids: Sequence[str]) -> list[list[str]]: ...


HitsKnown = Callable[[Sequence[str]], None]
"""Told which products a page has, in their order, as soon as that is known: facets take longer."""


class SearchEngine(Protocol):
    """Finds products by words. Raises SearchEngineAway when it cannot."""

    async def search(self, request: SearchRequest, hits_known: HitsKnown) -> Found: ...
    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]: ...


class RelatedProducts(Protocol):
    """Finds what is like a product."""

    async def related(self, products: Sequence[Product], first: int, shop: Shop) -> list[list[str]]:
        """Published ones, best first, never the product itself. Raises SearchEngineAway."""
        ...


class Sales(Protocol):
    """What sells, by the ledger of stock."""

    async def count(self) -> list[str]:
        """Adds what was sold since the last look; the products whose popularity is another one now, which are to be
        indexed again for it."""
        ...

    async def bought_together(self, ids: Sequence[str], channel: str, first: int) -> list[list[str]]:
        """Published products that several orders had beside each of these, most often first."""
        ...


class EngineHealth(Protocol):
    """Whether searches go to the engine."""

    @property
    def ready(self) -> bool: ...
    @property
    def why(self) -> str:
        """Why they do not; empty when they do."""
        ...

    def lost(self, why: str) -> None: ...
    def recovered(self) -> None: ...
