"""Gives and takes roles."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.app.update_user import Updated
from subgraphs.account.domain.errors import InvalidRoles, UnknownUser
from subgraphs.account.domain.user import Role, last_admin


@dataclass(frozen=True, kw_only=True)
class SetUserRoles:
    """Administrators only. Losing a role ends the user's sessions: their tokens still carry it."""

    store: AccountStore

    async def __call__(self, user_id: str, roles: frozenset[Role], caller: Caller) -> Updated:
        """Raises InvalidRoles, UnknownUser, Forbidden, Unauthenticated."""
        caller.require()
        if not roles:
            raise InvalidRoles
        async with self.store.transaction() as accounts:
            user = await accounts.users.lock(user_id)
            if user is None:
                raise UnknownUser(id=user_id)
            lost = user.roles - roles
            if Role.ADMIN in lost and not await accounts.users.has_other_admin(user_id):
                return Updated(problems=(last_admin(),))
            if user.roles == roles:
                return Updated(user=user)
            changed = replace(user, roles=roles, version=user.version + 1)
            await accounts.users.save(changed)
            names = {"before": sorted(user.roles), "after": sorted(roles)}
            await accounts.audit.record([entry("user.roles_set", user_id, caller, **names)])
            await accounts.announce.user_changed(changed)
            if lost:
                await end_sessions(accounts, user_id, caller, reason="roles_taken")
        return Updated(user=changed)
