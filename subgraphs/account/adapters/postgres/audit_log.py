"""The append-only audit log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.database import Connection
from subgraphs.account.app.ports import AuditEntry

RECORD = """
INSERT INTO audit_log (action, subject_id, actor_id, actor_service, request_id, details)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[])
"""


@dataclass(frozen=True)
class PostgresAuditLog:
    """`AuditLog` in one transaction."""

    tx: Connection

    async def record(self, entries: Sequence[AuditEntry]) -> None:
        """All in one statement."""
        columns = [
            [entry.action for entry in entries],
            [entry.subject_id for entry in entries],
            [entry.actor_id for entry in entries],
            [entry.actor_service for entry in entries],
            [entry.request_id for entry in entries],
            [json.dumps(dict(entry.details)) for entry in entries],
        ]
        await self.tx.execute(RECORD, columns)
