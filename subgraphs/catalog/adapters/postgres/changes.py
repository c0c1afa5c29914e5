"""The record of changes: every write of the catalogue says in its own transaction who changed what.

A writer calls `record` once for its whole batch::

    await changes.record(tx, [
        Change(kind=EntityKind.CATEGORY, id=each.id, version=each.version, operation="categoryUpdate",
               before={"name": old.name, "slug": old.slug}, after={"name": each.name, "slug": each.slug})
        for old, each in moved
    ])

Values are whatever JSON can say (dataclasses and datetimes too). Who did it is the present caller; fields that are
equal on both sides are left out, and so is a change without any difference.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from psycopg.rows import DictRow

from chassis import identity
from chassis.database import Connection, Database
from subgraphs.catalog.app.sight import principal
from subgraphs.catalog.domain.change import Change, EntityKind, RecordedChange

RECORD = """
INSERT INTO catalog_changes (kind, entity_id, version, actor, request_id, operation, before, after)
SELECT kind, entity_id, version, %s, %s, operation, before, after
FROM jsonb_to_recordset(%s::jsonb) AS change (kind text, entity_id text, version bigint, operation text, before jsonb,
                                              after jsonb)
"""
PAGE = """
SELECT id, kind, entity_id, version, actor, request_id, operation, before, after, changed_at FROM catalog_changes
WHERE (%(kind)s = '' OR kind = %(kind)s) AND (%(entity_id)s = '' OR entity_id = %(entity_id)s) AND id < %(before)s
ORDER BY id DESC LIMIT %(limit)s
"""
ITSELF = "service:catalog"
"""Who acts when nobody asked: the catalogue's own background work."""


async def record(tx: Connection, changes: Sequence[Change]) -> None:
    """Remembers the changes, all in one statement; call it in the transaction that makes them."""
    rows = [_row(change) for change in changes]
    rows = [row for row in rows if row["before"] or row["after"]]
    if not rows:
        return
    caller = identity.current()
    actor = ITSELF if caller == identity.ANONYMOUS else principal()
    await tx.execute(RECORD, [actor, caller.request_id, orjson.dumps(rows).decode()])


def _row(change: Change) -> dict[str, object]:
    before, after = change.differing()
    return {
        "kind": change.kind,
        "entity_id": change.id,
        "version": change.version,
        "operation": change.operation,
        "before": before,
        "after": after,
    }


class PostgresChanges:
    """Fills `app.product_ports.Changes`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, kind: EntityKind | None, entity_id: str, before: int, limit: int) -> list[RecordedChange]:
        """Newest first, older than change `before`; of every kind without one, of all entities for the empty id."""
        asked = {"kind": kind or "", "entity_id": entity_id, "before": before, "limit": limit}
        async with self._db.reading() as connection:
            return [_recorded(row) async for row in await connection.execute(PAGE, asked, prepare=False)]


def _recorded(row: DictRow) -> RecordedChange:
    values: dict[str, Any] = {**row, "kind": EntityKind(row["kind"])}
    return RecordedChange(**values)
