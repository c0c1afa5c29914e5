"""What the use cases around suggested queries need of the world."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from subgraphs.catalog.domain.found import Suggestion
from subgraphs.catalog.domain.learnt_query import BlockedQuery, LearntQuery, SearchedQuery
from subgraphs.catalog.domain.product import Shop


class Beginnings(Protocol):
    """What goes on as somebody types."""

    async def beginning(self, prefix: str, shop: Shop, *, categories: int, queries: int) -> list[Suggestion]:
        """At most so many of each. Categories with published products, a word of whose name goes on like this, the
        shortest names first; learnt queries that do, the most asked first."""
        ...


class LearntQueries(Protocol):
    """What shoppers search for."""

    async def record(self, batch_id: str, askers_until: datetime, searched: Sequence[SearchedQuery]) -> None:
        """Counts a batch, once; queries that found nothing are forgotten."""
        ...

    async def page(self, channel: str | None, after: Sequence[str | int] | None, limit: int) -> list[LearntQuery]:
        """Of those that are learnt, the most asked first, from behind these keys: standing, channel, locale, text."""
        ...


class BlockedQueries(Protocol):
    """What is neither learnt nor offered."""

    async def page(self, after: str, limit: int) -> list[BlockedQuery]: ...
    async def add(self, texts: Sequence[str], most: int) -> list[BlockedQuery] | None:
        """All of them, also those that were blocked before; learnt queries with their words are forgotten. None when
        there would be more than `most`."""
        ...

    async def remove(self, texts: Sequence[str]) -> list[str]: ...
