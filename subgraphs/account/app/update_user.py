"""Changes a profile, its preferences and default address; administrators also block and unblock."""

from __future__ import annotations

from dataclasses import dataclass, fields

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import Accounts, AccountStore
from subgraphs.account.domain.address import unknown_address
from subgraphs.account.domain.errors import UnknownUser
from subgraphs.account.domain.problem import Problem
from subgraphs.account.domain.user import ProfileChange, Role, User, last_admin, stale_version


@dataclass(frozen=True, kw_only=True)
class Updated:
    """The user as it is now, or what to mend."""

    user: User | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UpdateUser:
    """Everyone changes their own profile, administrators any."""

    store: AccountStore

    async def __call__(self, user_id: str, change: ProfileChange, caller: Caller) -> Updated:
        """Raises UnknownUser, Forbidden, Unauthenticated."""
        caller.require_self(user_id)
        if change.blocked is not None:
            caller.require()
        problems = change.problems()
        if problems:
            return Updated(problems=tuple(problems))
        async with self.store.transaction() as accounts:
            user = await accounts.users.lock(user_id)
            if user is None:
                raise UnknownUser(id=user_id)
            problem = await _refusal(accounts, user, change)
            if problem is not None:
                return Updated(problems=(problem,))
            changed = change.applied_to(user)
            await accounts.users.save(changed)
            await _follow_up(accounts, user, changed, caller)
        return Updated(user=changed)


async def _refusal(accounts: Accounts, user: User, change: ProfileChange) -> Problem | None:
    if change.expected_version not in (None, user.version):
        return stale_version()
    address = change.default_address_id
    if address and not await accounts.addresses.exists(user.id, address):
        return unknown_address("defaultAddressId")
    loses_admin = change.blocked is True and not user.blocked and Role.ADMIN in user.roles
    if loses_admin and not await accounts.users.has_other_admin(user.id):
        return last_admin()
    return None


async def _follow_up(accounts: Accounts, before: User, after: User, caller: Caller) -> None:
    changed = [field.name for field in fields(User) if getattr(before, field.name) != getattr(after, field.name)]
    await accounts.audit.record([entry("user.updated", after.id, caller, fields=changed, blocked=after.blocked)])
    await accounts.announce.user_changed(after)
    if after.blocked and not before.blocked:
        await end_sessions(accounts, after.id, caller, reason="blocked")
