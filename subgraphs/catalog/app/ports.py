"""What catalog's use cases need of the world, in their own words."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from subgraphs.catalog.domain.channel import Channel
from subgraphs.catalog.domain.embedding import Embedding
from subgraphs.catalog.domain.index_document import IndexDocument
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
from subgraphs.catalog.domain.search import Found, SearchRequest, Suggestion
from subgraphs.catalog.domain.texts import SeoChange, TextWrite
from subgraphs.catalog.domain.translation import Translation, TranslationDraft


class Products(Protocol):
    """Products and variants as a shop shows them; every answer is in the order of its keys, gaps kept."""

    async def by_ids(self, ids: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Product | None]: ...
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


class CategoryNames(Protocol):
    """Finds categories as somebody types."""

    async def beginning(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        """Categories with published products, a word of whose name goes on like this; the shortest names first."""
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


class SearchEngine(Protocol):
    """Finds products by words. Raises SearchEngineAway when it cannot."""

    async def search(self, request: SearchRequest) -> Found: ...
    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexStatus:
    """Where the read model stands."""

    available: bool
    product_count: int
    indexed_count: int
    pending_count: int
    lag_seconds: float
    """Age of the oldest change that searches do not show; 0 when they show all."""
    refused_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexLag:
    """Of the changes that the index does not show yet."""

    seconds: float = 0.0
    """Age of the oldest one that the engine has not refused."""
    refused: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """What a rebuild made."""

    index_name: str
    indexed_count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A product as the database has it, and how far the index follows."""

    id: str
    version: int
    pending: bool
    """A change is on its way into the index."""
    failure: str | None
    """Why the engine did not take it."""


class IndexStore(Protocol):
    """Where the read model lives. Every method raises SearchEngineAway when it does not answer."""

    @property
    def digest(self) -> str:
        """Of the settings and mapping an index is made with today."""
        ...

    async def live(self) -> list[str]:
        """Names of the indices that answer searches: one, if all is well."""
        ...

    def is_current(self, name: str) -> bool:
        """Was it made with today's settings and mapping?"""
        ...

    async def exists(self, name: str) -> bool: ...
    async def create(self, name: str) -> None: ...
    async def drop_making(self) -> list[str]:
        """The names of the indices in the making that are gone now."""
        ...

    async def fill(self, name: str, documents: Sequence[IndexDocument]) -> None: ...
    async def promote(self, name: str) -> None:
        """Searches go to this index from now on; the others go."""
        ...

    async def write(self, documents: Sequence[IndexDocument]) -> dict[str, str]:
        """To the live index, whose searches show them when it returns, and to one in the making.

        Why by id where a document was refused. Older versions lose.
        """
        ...

    async def count(self) -> int: ...
    async def versions(self, ids: Sequence[str]) -> dict[str, int]:
        """Of the documents that are in the live index."""
        ...

    async def ids_after(self, product_id: str, limit: int) -> list[str]: ...
    async def remove(self, ids: Sequence[str]) -> None: ...


class IndexSource(Protocol):
    """Products as documents, as committed now."""

    async def documents(self, ids: Sequence[str]) -> list[IndexDocument]: ...
    async def documents_after(self, product_id: str, limit: int) -> list[IndexDocument]: ...
    async def known_after(self, product_id: str, limit: int) -> list[Known]: ...
    async def existing(self, ids: Sequence[str]) -> set[str]: ...
    async def counts(self) -> tuple[int, int]:
        """How many products are published, and how many changes the index does not show yet."""
        ...


class IndexEntries(Protocol):
    """Which products the index lags behind on."""

    def changes(self) -> AsyncIterator[object]:
        """Something may be waiting: at once when a change is noted, and every now and then."""
        ...

    async def note_forgotten(self, after: str) -> tuple[int, str]:
        """How many of a slice of the products, and after which one the next slice begins."""
        ...

    async def claim(self, limit: int) -> list[str]: ...
    async def release(self, ids: Sequence[str]) -> None: ...
    async def settle(self, versions: Mapping[str, int], failures: Mapping[str, str]) -> list[float]:
        """What searches show now, and what the engine refused. How many seconds ago the changes shown were made."""
        ...

    async def lag(self) -> IndexLag: ...
    async def forget(self, ids: Sequence[str]) -> None: ...
    async def redo(self, ids: Sequence[str]) -> None:
        """These are to be indexed again, whatever is remembered of them."""
        ...


class Embedder(Protocol):
    """Computes what texts mean."""

    @property
    def model(self) -> str:
        """Vectors of different models cannot be compared."""
        ...

    @property
    def dimensions(self) -> int: ...
    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """A vector a text, of one signed byte a dimension. Computes for milliseconds a text: not for the event loop."""
        ...


class ProductEmbeddings(Protocol):
    """What products mean, as computed once for each text."""

    def waiting(self) -> AsyncIterator[object]:
        """Something may be waiting to be embedded: at once when it is noted, and every now and then."""
        ...

    async def find(self, ids: Sequence[str]) -> dict[str, Embedding]:
        """Those there are, also of texts that products had earlier."""
        ...

    async def want(self, digests: Mapping[str, bytes]) -> None:
        """These products are to be embedded. Those that have been meanwhile, by the very digest, are indexed again."""
        ...

    async def claim(self, limit: int) -> list[str]: ...
    async def keep(self, embeddings: Mapping[str, Embedding]) -> None:
        """The products are indexed again, with these."""
        ...

    async def forget(self, ids: Sequence[str]) -> None: ...


class DocumentEmbeddings(Protocol):
    """How documents come to their embeddings."""

    async def attach(self, documents: Sequence[IndexDocument]) -> Sequence[IndexDocument]:
        """The documents with the embeddings there are. Computes nothing."""
        ...

    async def indexed(self, documents: Sequence[IndexDocument]) -> None:
        """They are in the index, and settled; those without an embedding of their text will be again, with one."""
        ...


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


class IndexRebuilds(Protocol):
    """One rebuild at a time, which remembers how far it came."""

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """True while this process is the one that rebuilds."""
        ...

    async def unfinished(self, digest: str) -> tuple[str, str] | None:
        """Name of an index in the making and the last product copied to it."""
        ...

    async def began(self, name: str, digest: str) -> None: ...
    async def reached(self, name: str, documents: Sequence[IndexDocument]) -> None: ...
    async def finished(self, name: str) -> None: ...
    async def planned(self) -> bool:
        """Whether a job rebuilds, or is about to."""
        ...

    async def made_here(self, names: Sequence[str]) -> set[str]: ...


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
