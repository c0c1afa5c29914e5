"""What a plan is compiled to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.federation.plan import Fetch


@dataclass(frozen=True, kw_only=True)
class Generated:
    """The functions of one fetch."""

    fetch: Fetch
    parent: int
    """Number of the fetch whose rows it hangs on; -1 for roots."""
    collect: Callable[..., list[Any]] | None
    project: Callable[..., list[Any]]
    weigh: Callable[..., int]


@dataclass(frozen=True, kw_only=True)
class Program:
    """A compiled plan: its fetches, parents before children, and their functions."""

    source: str
    fetches: Sequence[Generated]
