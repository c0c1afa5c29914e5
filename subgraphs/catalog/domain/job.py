"""Long work that survives restarts: what a job is, how far it came, and who may write its progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from subgraphs.catalog.domain.product import Fault


class JobKind(StrEnum):
    """The names are those of the protobuf enum."""

    CATALOG_IMPORT = "CATALOG_IMPORT"
    CATALOG_EXPORT = "CATALOG_EXPORT"
    SEARCH_INDEX_REBUILD = "SEARCH_INDEX_REBUILD"
    STOCK_IMPORT = "STOCK_IMPORT"


class JobState(StrEnum):
    """RECEIVING → QUEUED → RUNNING → one of the last three; QUEUED again between two attempts."""

    RECEIVING = "RECEIVING"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


FED = frozenset({JobKind.CATALOG_IMPORT, JobKind.STOCK_IMPORT})
"""Those that read a file, which comes in pieces."""
DRY_RUN = "dryRun"
"""In a job's input."""
RESULT_DAYS = 7
"""How long the file that a job made is kept."""
ENDED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, kw_only=True, slots=True)
class JobProgress:
    """In lines (import) or products."""

    done: int = 0
    total: int | None = None
    failed: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    fraction: float = 0.0
    """Of the whole, 0 to 1; an import's is that of its file's bytes."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One piece of long work."""

    id: str
    kind: JobKind
    state: JobState
    actor: str
    """Who started it: "user:usr_…" or "service:…"."""
    progress: JobProgress
    input: Mapping[str, object] = field(default_factory=dict[str, object])
    checkpoint: Mapping[str, object] = field(default_factory=dict[str, object])
    """Where the next worker goes on."""
    error: str | None = None
    parts_in: int = 0
    bytes_in: int = 0
    parts_out: int = 0
    bytes_out: int = 0
    epoch: int = 0
    """Of the lease: who writes under an older one is refused."""
    attempts: int = 0
    """Since the last progress."""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def dry_run(self) -> bool:
        """It tells what would come of it, and changes nothing."""
        return bool(self.input.get(DRY_RUN))


@dataclass(frozen=True, kw_only=True)
class JobAnswer:
    """A job after what was asked of it, or why it was not done."""

    job: Job | None = None
    faults: tuple[Fault, ...] = ()


class JobLost(Exception):
    """Another worker has the job now, or it was cancelled: this one writes nothing any more."""


class JobBroken(Exception):
    """The job can never be done; the message says what is wrong and how to mend it."""
