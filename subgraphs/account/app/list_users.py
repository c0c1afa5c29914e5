"""Lists users for support and administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.identity import Caller
from subgraphs.account.app.ports import AccountStore
from subgraphs.account.domain.errors import InvalidPage
from subgraphs.account.domain.user import User

LARGEST_PAGE = 100
HIGHEST_COUNT = 10_000


@dataclass(frozen=True, kw_only=True)
class UserPage:
    """One page, oldest user first. `total` is capped: None means more than HIGHEST_COUNT."""

    users: Sequence[User]
    has_next: bool
    total: int | None


@dataclass(frozen=True, kw_only=True)
class ListUsers:
    """Pages through users by the beginning of their e-mail."""

    store: AccountStore

    async def __call__(self, email_prefix: str, after: str, first: int, caller: Caller) -> UserPage:
        """`after` is the id of the last user seen, "" at first. Raises InvalidPage."""
        caller.require("support")
        if not 1 <= first <= LARGEST_PAGE:
            raise InvalidPage(first=first)
        prefix = email_prefix.strip().casefold()
        async with self.store.reading() as accounts:
            users = await accounts.users.page(email_prefix=prefix, after=after, first=first + 1)
            total = await accounts.users.count(email_prefix=prefix, most=HIGHEST_COUNT + 1)
        return UserPage(
            users=users[:first], has_next=len(users) > first, total=total if total <= HIGHEST_COUNT else None
        )
