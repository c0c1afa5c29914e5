"""Looks users up by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import Forbidden
from chassis.identity import Caller
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.errors import TooManyKeys
from subgraphs.account.domain.user import User

MOST_KEYS = 1000


@dataclass(frozen=True, kw_only=True)
class GetUsers:
    """Customers see themselves, support and administrators everyone."""

    store: AccountStore

    async def __call__(self, ids: Sequence[str], caller: Caller) -> list[User | Forbidden | None]:
        """One slot a key, in key order; None is not found. Raises TooManyKeys."""
        if len(ids) > MOST_KEYS:
            raise TooManyKeys(most=MOST_KEYS)
        allowed = {user_id for user_id in ids if user_id == caller.user_id or caller.has("support")}
        found = {}
        if allowed:
            async with self.store.reading() as accounts:
                found = await accounts.users.get(sorted(allowed))
        return [found.get(user_id) if user_id in allowed else Forbidden() for user_id in ids]
