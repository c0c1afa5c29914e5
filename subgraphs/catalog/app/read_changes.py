"""The record of changes, for staff."""

from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_page
from subgraphs.catalog.app.product_ports import Changes
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.change import EntityKind, RecordedChange
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.page import Page, page_of

NEWEST = 2**62


@dataclass(frozen=True)
class ReadChanges:
    """Newest first."""

    changes: Changes

    async def __call__(
        self, kind: EntityKind | None, entity_id: str, *, first: int, after: str
    ) -> Page[RecordedChange]:
        """The cursor is a change's id."""
        require_editor()
        if after and not (after.isascii() and after.isdecimal() and len(after) < 19):
            raise InvalidCursor(cursor=after[:40])
        found = await self.changes.page(kind, entity_id, int(after) if after else NEWEST, check_page(first) + 1)
        return page_of(((str(each.id), each) for each in found), first, after)
