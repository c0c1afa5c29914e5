"""What keeping the search index needs of the world, and what its products mean."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from subgraphs.catalog.domain.embedding import Embedding
from subgraphs.catalog.domain.index_document import IndexDocument


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Indexed:
    """A document as the live index has it."""

    version: int
    differing: tuple[str, ...]
    """The fields that say something else than the document they were compared with."""


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

    async def fits(self, name: str) -> bool:
        """Does it take today's documents and answer today's queries, though it was made with other settings?"""
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

    async def write(self, documents: Sequence[IndexDocument], *, shown: bool) -> dict[str, str]:
        """To the live index, and to one in the making; searches show them when it returns, or after `show`.

        Why by id where a document was refused. Older versions lose.
        """
        ...

    async def show(self) -> None:
        """Searches show everything that was written."""
        ...

    async def count(self) -> int: ...
    async def compared(self, documents: Sequence[IndexDocument]) -> dict[str, Indexed]:
        """Those that are in the live index."""
        ...

    async def ids_after(self, product_id: str, limit: int) -> list[str]: ...
    async def remove(self, ids: Sequence[str]) -> None: ...


class IndexSource(Protocol):
    """Products as documents, as committed now."""

    async def documents(self, ids: Sequence[str]) -> list[IndexDocument]: ...
    async def documents_after(self, product_id: str, up_to: str, limit: int) -> list[IndexDocument]:
        """By id, the last one included."""
        ...

    async def last(self) -> str:
        """The largest id there is; empty without products."""
        ...

    async def known(self, ids: Sequence[str]) -> list[Known]: ...
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
