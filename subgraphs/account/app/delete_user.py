"""Erases a user's personal data; the id stays as a tombstone, so that orders keep their reference."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.identity import Caller
from subgraphs.account.app.audit_trail import entry
from subgraphs.account.app.end_sessions import end_sessions
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.errors import LastAdmin, UnknownUser
from subgraphs.account.domain.user import Role


@dataclass(frozen=True, kw_only=True)
class DeleteUser:
    """Everyone may erase their own account, administrators any."""

    store: AccountStore

    async def __call__(self, user_id: str, caller: Caller) -> None:
        """Raises UnknownUser, LastAdmin, Forbidden, Unauthenticated."""
        caller.require_self(user_id)
        async with self.store.transaction() as accounts:
            user = await accounts.users.lock(user_id)
            if user is None:
                raise UnknownUser(id=user_id)
            if Role.ADMIN in user.roles and not await accounts.users.has_other_admin(user_id):
                raise LastAdmin(id=user_id)
            await end_sessions(accounts, user_id, caller, reason="erased")
            await accounts.users.erase(user_id)
            await accounts.audit.record([entry("user.erased", user_id, caller)])
            await accounts.announce.user_changed(replace(user, version=user.version + 1), deleted=True)
