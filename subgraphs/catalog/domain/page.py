"""Stretches of a list, as keyset paging reads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """A stretch of a list, each item with the cursor that leads past it."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next_page: bool
    has_previous_page: bool = False
    total_count: int | None = None

    def showing(self, found: Mapping[T, U], total_count: int | None = None) -> "Page[U]":
        """With what its items are the keys of. What is gone meanwhile is left out."""
        shown = [(found[each], cursor) for each, cursor in zip(self.items, self.cursors, strict=True) if each in found]
        return Page(
            items=tuple(item for item, _ in shown),
            cursors=tuple(cursor for _, cursor in shown),
            has_next_page=self.has_next_page,
            has_previous_page=self.has_previous_page,
            total_count=total_count,
        )


def page_of(found: Iterable[tuple[str, T]], first: int, after: object) -> Page[T]:
    """The first items of those read, each behind its cursor: one more than `first` was read when there are more.
    `after` is what the page begins behind; empty is the beginning."""
    rows = list(found)
    shown = rows[:first]
    return Page(
        items=tuple(item for _, item in shown),
        cursors=tuple(cursor for cursor, _ in shown),
        has_next_page=len(rows) > first,
        has_previous_page=bool(after),
    )
