"""Adds an address to the caller's book, or changes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from chassis.identity import Caller
from subgraphs.account.app.ports import Accounts, AccountStore
from subgraphs.account.domain.address import (
    MOST_ADDRESSES,
    Address,
    PostalAddress,
    address_book_full,
    address_problems,
    unknown_address,
)
from subgraphs.account.domain.errors import UnknownUser
from subgraphs.account.domain.problem import Problem


@dataclass(frozen=True, kw_only=True)
class SavedAddress:
    """The address as kept, or what to mend."""

    address: Address | None = None
    is_default: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SaveAddress:
    """The first address of a book becomes its default."""

    store: AccountStore
    new_id: Callable[[str], str]

    async def __call__(
        self, address_id: str | None, postal: PostalAddress, caller: Caller, *, make_default: bool
    ) -> SavedAddress:
        """Raises Unauthenticated, UnknownUser."""
        user_id = caller.require_user()
        postal = postal.cleaned()
        problems = address_problems(postal)
        if problems:
            return SavedAddress(problems=tuple(problems))
        async with self.store.transaction() as accounts:
            user = await accounts.users.lock(user_id)
            if user is None:
                raise UnknownUser(id=user_id)
            address = Address(id=address_id or self.new_id("adr"), user_id=user_id, postal=postal)
            problem = await _keep(accounts, address, is_new=address_id is None)
            if problem is not None:
                return SavedAddress(problems=(problem,))
            if make_default or user.default_address_id is None:
                user = replace(user, default_address_id=address.id, version=user.version + 1)
                await accounts.users.save(user)
                await accounts.announce.user_changed(user)
        return SavedAddress(address=address, is_default=user.default_address_id == address.id)


async def _keep(accounts: Accounts, address: Address, *, is_new: bool) -> Problem | None:
    if is_new:
        return None if await accounts.addresses.add(address, most=MOST_ADDRESSES) else address_book_full()
    return None if await accounts.addresses.save(address) else unknown_address("id")
