"""Changes the caller's password."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import AccountStore, Attempts, Passwords
from subgraphs.account.app.token_pair import too_many_attempts
from subgraphs.account.domain.attempt_limit import password_limits
from subgraphs.account.domain.errors import UnknownUser
from subgraphs.account.domain.password import LONGEST, normalise_password, password_problem
from subgraphs.account.domain.problem import Problem, ProblemCode


@dataclass(frozen=True, kw_only=True)
class ChangePassword:
    """Ends all other sessions: whoever knew the old password is out."""

    store: AccountStore
    passwords: Passwords
    attempts: Attempts

    async def __call__(self, current_password: str, new_password: str, caller: Caller) -> Problem | None:
        """None when it is changed. Raises Unauthenticated, UnknownUser, Overloaded."""
        user_id = caller.require_user()
        async with self.store.reading() as accounts:
            credentials = await accounts.logins.by_id(user_id)
        if credentials is None:
            raise UnknownUser(id=user_id)
        problem = password_problem(new_password, credentials.user.email, "newPassword")
        if problem is not None:
            return problem
        limits = password_limits(user_id)
        if not await self.attempts.allow(limits):
            return too_many_attempts()
        current = normalise_password(current_password[:LONGEST])
        if not await self.passwords.verify(current, credentials.password_hash):
            return _wrong_password()
        await self.attempts.forgive(limits)
        password_hash = await self.passwords.hash(normalise_password(new_password))
        async with self.store.transaction() as accounts:
            if await accounts.users.lock(user_id) is None:
                raise UnknownUser(id=user_id)
            await accounts.logins.replace_password(user_id, password_hash)
            await accounts.audit.record([entry("user.password_changed", user_id, caller)])
            await end_sessions(accounts, user_id, caller, keep=caller.session_id, reason="password_changed")
        return None


def _wrong_password() -> Problem:
    return Problem(
        code=ProblemCode.CREDENTIALS_INVALID,
        message="The current password is wrong.",
        field=("currentPassword",),
    )
