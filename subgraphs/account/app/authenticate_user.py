"""Logs in with e-mail and password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.ports import AccessTokens, AccountStore, Attempts, Credentials, Passwords
from subgraphs.account.app.token_pair import TokenPair, credentials_invalid, too_many_attempts
from subgraphs.account.domain.attempt_limit import login_limits
from subgraphs.account.domain.email import parse_email
from subgraphs.account.domain.password import LONGEST, normalise_password
from subgraphs.account.domain.problem import Problem
from subgraphs.account.domain.refresh_token import RefreshTokens
from subgraphs.account.domain.session import LONGEST_USER_AGENT, REFRESH_TOKEN_LIFETIME, Device, RefreshFamily, Session

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class AuthenticateUser:
    """The same error and the same work for an unknown e-mail as for a wrong password."""

    store: AccountStore
    passwords: Passwords
    attempts: Attempts
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    now: Callable[[], datetime]
    new_id: Callable[[str], str]

    async def __call__(self, email: str, password: str, device: Device, caller: Caller) -> TokenPair | Problem:
        """A pair of tokens, or why not. Raises Overloaded when too many passwords are being checked."""
        parsed = parse_email(email)
        key = email[:254].strip().casefold() if isinstance(parsed, Problem) else parsed.key
        limits = login_limits(key, device.ip_address)
        if not await self.attempts.allow(limits):
            log.warning("login.limited")
            return too_many_attempts()
        credentials = await self._checked(key, password)
        if credentials is None or credentials.user.blocked:
            log.info("login.failed")
            return credentials_invalid()
        await self.attempts.forgive(limits)
        new_hash = await self._stronger_hash(credentials, password)
        return await self._start(credentials, new_hash, device, caller)

    async def _checked(self, email_key: str, password: str) -> Credentials | None:
        async with self.store.reading() as accounts:
            credentials = await accounts.logins.by_email(email_key)
        password_hash = None if credentials is None or len(password) > LONGEST else credentials.password_hash
        matches = await self.passwords.verify(normalise_password(password[:LONGEST]), password_hash)
        return credentials if matches else None

    async def _stronger_hash(self, credentials: Credentials, password: str) -> str | None:
        if not self.passwords.needs_rehash(credentials.password_hash):
            return None
        return await self.passwords.hash(normalise_password(password))

    async def _start(
        self, credentials: Credentials, new_hash: str | None, device: Device, caller: Caller
    ) -> TokenPair | Problem:
        now = self.now()
        session = Session(
            id=self.new_id("ses"),
            user_id=credentials.user.id,
            device=Device(user_agent=device.user_agent[:LONGEST_USER_AGENT], ip_address=device.ip_address[:64]),
            created_at=now,
            last_used_at=now,
            expires_at=now + REFRESH_TOKEN_LIFETIME,
        )
        token = self.refresh_tokens.of(self.new_id("fam"), 1)
        family = RefreshFamily(
            id=token.family_id,
            session_id=session.id,
            user_id=session.user_id,
            generation=token.generation,
            token_hash=token.hash,
            rotated_at=now,
            expires_at=session.expires_at,
        )
        async with self.store.transaction() as accounts:
            # Locked, so that a block or erasure going on right now is either seen here or ends this session too.
            user = await accounts.users.lock(session.user_id)
            if user is None or user.blocked:
                return credentials_invalid()
            await accounts.sessions.start(session, family)
            if new_hash is not None:
                await accounts.logins.replace_password(user.id, new_hash)
            await accounts.audit.record([entry("session.started", session.id, caller, user_id=user.id)])
        access = self.access_tokens.issue(user, session.id, now)
        return TokenPair(access=access, refresh_token=token.text, refresh_expires_at=session.expires_at, user=user)
