"""Logs out: ends the session a refresh token belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.refresh_token import RefreshTokens


@dataclass(frozen=True, kw_only=True)
class RevokeToken:
    """Whoever holds a token of the family may end it; anything unknown is ignored."""

    store: AccountStore
    refresh_tokens: RefreshTokens

    async def __call__(self, refresh_token: str, caller: Caller) -> None:
        """Safe to repeat."""
        token = self.refresh_tokens.recognise(refresh_token)
        if token is None:
            return
        async with self.store.transaction() as accounts:
            family = await accounts.sessions.lock_family(token.family_id)
            if family is not None and not family.revoked:
                await end_sessions(accounts, family.user_id, caller, only=[family.session_id], reason="logout")
