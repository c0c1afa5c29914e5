"""Ends sessions inside a transaction that has its own reason to."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.ports import Accounts


async def end_sessions(
    accounts: Accounts,
    user_id: str,
    caller: Caller,
    *,
    reason: str,
    only: Sequence[str] | None = None,
    keep: str = "",
) -> int:
    """Ends live sessions of the user, audits and announces each; returns how many ended."""
    ended = await accounts.sessions.revoke(user_id, only=only, keep=keep, reason=reason)
    if ended:
        await accounts.audit.record([entry("session.revoked", session, caller, reason=reason) for session in ended])
        await accounts.announce.sessions_revoked(user_id, ended)
    return len(ended)
