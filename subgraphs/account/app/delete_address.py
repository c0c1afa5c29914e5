"""Takes an address out of the caller's book."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.identity import Caller
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.address import unknown_address
from subgraphs.account.domain.errors import UnknownUser
from subgraphs.account.domain.problem import Problem


@dataclass(frozen=True, kw_only=True)
class DeleteAddress:
    """A deleted default address leaves the book without one."""

    store: AccountStore

    async def __call__(self, address_id: str, caller: Caller) -> Problem | None:
        """None when it is gone. Raises Unauthenticated, UnknownUser."""
        user_id = caller.require_user()
        async with self.store.transaction() as accounts:
            user = await accounts.users.lock(user_id)
            if user is None:
                raise UnknownUser(id=user_id)
            if not await accounts.addresses.remove(user_id, address_id):
                return unknown_address("id")
            if user.default_address_id == address_id:
                user = replace(user, default_address_id=None, version=user.version + 1)
                await accounts.users.save(user)
                await accounts.announce.user_changed(user)
        return None
