"""What jobs need of the world, in their own words."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from subgraphs.catalog.domain.catalog_file.batches import LineFault
from subgraphs.catalog.domain.catalog_file.entries import PRODUCT
from subgraphs.catalog.domain.catalog_file.writing import ExportedNames, ExportedProduct
from subgraphs.catalog.domain.job import Job, JobAnswer, JobKind, JobState
from subgraphs.catalog.domain.page import Page

B_co = TypeVar("B_co", covariant=True)
B_contra = TypeVar("B_contra", contravariant=True)
OUT = "out"
IN = "in"


class Jobs(Protocol):
    """Jobs as their owners see them."""

    async def start(
        self, kind: JobKind, state: JobState, actor: str, asked: Mapping[str, object], key: str
    ) -> JobAnswer: ...
    async def add_part(self, job_id: str, number: int, content: bytes, *, last: bool) -> JobAnswer: ...
    async def cancel(self, job_id: str) -> JobAnswer: ...
    async def by_ids(self, ids: Sequence[str]) -> list[Job | None]: ...
    async def page(self, kind: JobKind | None, state: JobState | None, first: int, after: str) -> Page[Job]: ...
    async def faults_of(self, job_ids: Sequence[str], first: int, after: str) -> list[Page[LineFault]]: ...
    async def part(self, job_id: str, side: str, number: int) -> bytes | None: ...


class JobQueue(Protocol):
    """Jobs as their workers see them. What takes a claimed job raises JobLost once another worker has it."""

    async def claim(self, lease_seconds: float) -> Job | None: ...
    async def keep(self, job: Job, lease_seconds: float) -> None: ...
    async def reach(self, job: Job, done: int, total: int) -> None: ...
    async def complete(self, job: Job) -> None: ...
    async def fail(self, job: Job, error: str) -> None: ...
    async def retry(self, job: Job, error: str, seconds: float) -> None:
        """Later, by whoever is free; counts as an attempt."""
        ...

    async def release(self, job: Job) -> None:
        """To whoever is free, at once: this worker is being stopped."""
        ...

    async def tidy(self) -> None:
        """Gives up what nobody finished sending, and deletes what has been kept long enough."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportPlace:
    """How far an export came."""

    kind: str = PRODUCT
    """Of lines that are being written."""
    after: str = ""
    """The last product's id, or the place of the last line of another type."""
    done: int = 0
    total: int = 0
    names: ExportedNames | None = None
    """Of a table; settled when it begins."""


class ImportedFile(Protocol[B_co]):
    """A file that is read in pieces, and gives batches. Raises JobBroken where it cannot be read (on)."""

    def feed(self, piece: bytes) -> Iterator[B_co]: ...
    def finish(self) -> Iterator[B_co]: ...
    def rest(self) -> Iterator[B_co]:
        """What was read before the file turned out to be damaged."""
        ...


class ImportEffects(Protocol[B_contra]):
    """What an import does, each in one transaction with how far it came. Raises JobLost."""

    async def write(self, job: Job, batch: B_contra) -> None: ...


class ExportEffects(Protocol):
    """What an export reads, and what it writes with how far it came."""

    async def begin(self, *, with_names: bool) -> ExportPlace: ...
    async def products_after(self, product_id: str, limit: int) -> list[ExportedProduct]: ...
    async def entries_after(self, kind: str, place: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
        """Lines that are no products, in the order of their places: the place and the record of each."""
        ...

    async def append(self, job: Job, content: bytes, place: ExportPlace) -> None: ...


Work = Callable[[Job], Awaitable[None]]
"""Does a claimed job from where it stands. Raises JobBroken for what no repetition mends."""
