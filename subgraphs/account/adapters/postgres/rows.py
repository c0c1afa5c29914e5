"""From rows to the domain's values."""

from __future__ import annotations

from psycopg.rows import DictRow

from subgraphs.account.domain.user import Preferences, Role, User


def user_of(row: DictRow) -> User:
    """A row of `users` that is no tombstone."""
    return User(
        id=row["id"],
        email=row["email"],
        created_at=row["created_at"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        roles=frozenset(Role(role) for role in row["roles"]),
        blocked=row["blocked"],
        preferences=Preferences(locale=row["locale"], currency_code=row["currency_code"], newsletter=row["newsletter"]),
        default_address_id=row["default_address_id"],
        version=row["version"],
    )
