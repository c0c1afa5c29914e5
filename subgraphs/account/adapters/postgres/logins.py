"""Credentials."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.account.adapters.postgres.rows import user_of
from subgraphs.account.app.ports import Credentials

BY_EMAIL = "SELECT * FROM users WHERE email_key = %s"
BY_ID = "SELECT * FROM users WHERE id = %s AND erased_at IS NULL"
REPLACE = "UPDATE users SET password_hash = %s WHERE id = %s AND erased_at IS NULL"


@dataclass(frozen=True)
class PostgresLogins:
    """`Logins` in one transaction."""

    tx: Connection

    async def by_email(self, email_key: str) -> Credentials | None:
        """Of the one user with this e-mail."""
        return _credentials(await (await self.tx.execute(BY_EMAIL, [email_key])).fetchone())

    async def by_id(self, user_id: str) -> Credentials | None:
        """Of this user."""
        return _credentials(await (await self.tx.execute(BY_ID, [user_id])).fetchone())

    async def replace_password(self, user_id: str, password_hash: str) -> None:
        """The old password no longer works."""
        await self.tx.execute(REPLACE, [password_hash, user_id])


def _credentials(row: DictRow | None) -> Credentials | None:
    return None if row is None else Credentials(user=user_of(row), password_hash=row["password_hash"])
