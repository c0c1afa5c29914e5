"""What a plan is compiled to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gateway.federation.plan import Asked, Fetch


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place where something can be wrong."""

    asked: Asked
    null: int
    """How many keys of its path lead to what becomes null with it."""
    required: bool
    """Null may not stand there."""


@dataclass(frozen=True, kw_only=True)
class Generated:
    """The functions of one fetch, over its rows. `given` is what they call: see `odd.py`."""

    fetch: Fetch
    parent: int
    """Number of the fetch whose rows it hangs on; -1 for roots."""
    collect: Callable[..., list[Any]] | None
    """(parent's rows, given) → keys, or parents of a batched field."""
    project: Callable[..., list[Any]]
    """(rows, given, children's answers …) → one JSON value a row."""
    weigh: Callable[..., int]
    """(rows, given) → how many values that is at most."""
    faults: Callable[..., Sequence[list[Any]]] | None = None
    """Careful programs: (rows, given) → for each of `sites` the paths and causes of what is wrong."""
    sites: Sequence[Site] = ()
    places: Callable[..., Sequence[list[Any]]] | None = None
    """Careful programs: (rows, given, troubled keys a child …) → paths and keys of their places, a list a child."""
    hung: Sequence[Site] = ()
    """Where the children's answers stand, in their order."""


@dataclass(eq=False, kw_only=True)
class Program:
    """A compiled plan: its fetches, parents before children, and their functions."""

    source: str
    keys: Sequence[str]
    """Response keys; the source has their numbers."""
    fetches: Sequence[Generated]
    is_careful: bool = False
    more: Callable[[], "Program | None"] | None = field(default=None, repr=False)

    @cached_property
    def careful(self) -> "Program | None":
        """The program that knows what to do when something is wrong, compiled when it first is; a careful program has
        none."""
        return self.more() if self.more else None
