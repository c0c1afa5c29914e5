"""Where the search index is not what the database says."""

from dataclasses import dataclass
from enum import StrEnum


class DifferenceKind(StrEnum):
    """What is wrong with a document of the index."""

    MISSING = "MISSING"
    OUTDATED = "OUTDATED"
    AHEAD = "AHEAD"
    """It has a version that the product never had, and would lose the next changes."""
    CHANGED = "CHANGED"
    """It has the product's version and says something else."""
    REFUSED = "REFUSED"
    """The engine did not take it."""
    UNKNOWN = "UNKNOWN"
    """It stands for no product."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One product on which index and database differ; `detail` is for people."""

    product_id: str
    kind: DifferenceKind
    detail: str
