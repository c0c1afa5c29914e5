"""Ends sessions of the caller: all of them, or the ones named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import AccountStore


@dataclass(frozen=True, kw_only=True)
class RevokeSessions:
    """Only the caller's own; ids of others are ignored, so that asking tells nothing."""

    store: AccountStore

    async def __call__(self, session_ids: Sequence[str], caller: Caller) -> int:
        """How many ended. Raises Unauthenticated."""
        user_id = caller.require_user()
        async with self.store.transaction() as accounts:
            return await end_sessions(accounts, user_id, caller, only=session_ids or None, reason="revoked")
