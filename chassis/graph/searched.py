"""What callers search for, as a root field tells of it.

    @query(SearchConnection, permission=PUBLIC, shared=SEARCH, searched=what_was_searched)
    async def search(ctx, *, query): ...

It is told of every caller who was answered, whoever else the answer was fetched or kept for: that is why the service
behind it cannot count them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Searched:
    """A text that was searched for."""

    text: str
    """In lower case, with single spaces."""
    found: bool
    """Whether anything has all of it; else it is a search in vain."""


TellsSearched = Callable[[Mapping[str, Any], Any], Searched | None]
"""A root's arguments, as far as they were given, and its row → what was searched for; None when that says nothing."""
