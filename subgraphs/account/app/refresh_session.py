"""Exchanges a refresh token for the next pair of tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import AccessTokens, Accounts, AccountStore
from subgraphs.account.app.token_pair import TokenPair, token_invalid
from subgraphs.account.domain.problem import Problem
from subgraphs.account.domain.refresh_token import RefreshToken, RefreshTokens
from subgraphs.account.domain.session import REFRESH_TOKEN_LIFETIME, RefreshFamily, Verdict, judge

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class RefreshSession:
    """Each token works once; a second use within seconds gets the same successor, a later one ends the session."""

    store: AccountStore
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    now: Callable[[], datetime]

    async def __call__(self, refresh_token: str, caller: Caller) -> TokenPair | Problem:
        """The next pair, or why not."""
        token = self.refresh_tokens.recognise(refresh_token)
        if token is None:
            return token_invalid()
        now = self.now()
        async with self.store.transaction() as accounts:
            family = await accounts.sessions.lock_family(token.family_id)
            family = None if family is None else await self._successor(accounts, family, token, now, caller)
            if family is None:
                return token_invalid()
            user = (await accounts.users.get([family.user_id])).get(family.user_id)
        if user is None or user.blocked:
            return token_invalid()
        return TokenPair(
            access=self.access_tokens.issue(user, family.session_id, now),
            refresh_token=self.refresh_tokens.of(family.id, family.generation).text,
            refresh_expires_at=family.expires_at,
            user=user,
        )

    async def _successor(
        self, accounts: Accounts, family: RefreshFamily, token: RefreshToken, now: datetime, caller: Caller
    ) -> RefreshFamily | None:
        match judge(family, generation=token.generation, token_hash=token.hash, now=now):
            case Verdict.ROTATE:
                following = self.refresh_tokens.of(family.id, family.generation + 1)
                rotated = replace(
                    family,
                    generation=following.generation,
                    token_hash=following.hash,
                    rotated_at=now,
                    expires_at=now + REFRESH_TOKEN_LIFETIME,
                )
                await accounts.sessions.rotate(rotated)
                return rotated
            case Verdict.REPEAT_ANSWER:
                return family
            case Verdict.REUSED:
                log.warning("refresh_token.reused", session_id=family.session_id, user_id=family.user_id)
                reused = entry("refresh_token.reused", family.session_id, caller, generation=token.generation)
                await accounts.audit.record([reused])
                only = [family.session_id]
                await end_sessions(accounts, family.user_id, caller, only=only, reason="token_reused")
                return None
            case Verdict.ENDED:
                return None
