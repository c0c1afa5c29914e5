"""Lists address books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.account.app.get_users import MOST_KEYS
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.address import Address
from subgraphs.account.domain.errors import TooManyKeys


@dataclass(frozen=True, kw_only=True)
class AddressBook:
    """A user's addresses, oldest first, and which of them is the default."""

    addresses: Sequence[Address] = ()
    default_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ListAddresses:
    """Customers see their own, support and administrators everyone's."""

    store: AccountStore

    async def __call__(self, user_ids: Sequence[str], caller: Caller) -> list[AddressBook]:
        """One book a user, in the order asked. Raises Forbidden, Unauthenticated, TooManyKeys."""
        if len(user_ids) > MOST_KEYS:
            raise TooManyKeys(most=MOST_KEYS)
        wanted = sorted(set(user_ids))
        for user_id in wanted:
            caller.require_self(user_id, "support")
        async with self.store.reading() as accounts:
            books: Mapping[str, Sequence[Address]] = await accounts.addresses.of_users(wanted)
            users = await accounts.users.get(wanted)
        return [
            AddressBook(addresses=books.get(user_id, ()), default_id=users[user_id].default_address_id)
            if user_id in users
            else AddressBook()
            for user_id in user_ids
        ]
