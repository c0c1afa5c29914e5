"""How an audit entry is made from the caller."""

from __future__ import annotations

from chassis.identity import Caller
from subgraphs.account.app.ports import AuditEntry


def entry(action: str, subject_id: str, caller: Caller, **details: object) -> AuditEntry:
    """Who (the caller) did what to whom; `details` never hold personal data."""
    return AuditEntry(
        action=action,
        subject_id=subject_id,
        actor_id=caller.user_id,
        actor_service=caller.service,
        request_id=caller.request_id,
        details=details,
    )
