"""Lists the devices a user is logged in on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.account.app.get_users import MOST_KEYS
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.errors import TooManyKeys
from subgraphs.account.domain.session import Session


@dataclass(frozen=True, kw_only=True)
class ListSessions:
    """Customers see their own, support and administrators everyone's."""

    store: AccountStore

    async def __call__(self, user_ids: Sequence[str], caller: Caller) -> list[Sequence[Session]]:
        """One list a user, in the order asked. Raises Forbidden, Unauthenticated, TooManyKeys."""
        if len(user_ids) > MOST_KEYS:
            raise TooManyKeys(most=MOST_KEYS)
        for user_id in set(user_ids):
            caller.require_self(user_id, "support")
        async with self.store.reading() as accounts:
            found = await accounts.sessions.of_users(sorted(set(user_ids)))
        return [found.get(user_id, ()) for user_id in user_ids]
