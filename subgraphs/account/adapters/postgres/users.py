"""Users that are not erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.database import Connection
from subgraphs.account.adapters.postgres.rows import user_of
from subgraphs.account.domain.email import EmailAddress
from subgraphs.account.domain.user import User

ADD = """
INSERT INTO users (id, email, email_key, password_hash, first_name, last_name, roles, version, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (email_key) DO NOTHING
"""
GET = "SELECT * FROM users WHERE id = ANY(%s) AND erased_at IS NULL"
LOCK = "SELECT * FROM users WHERE id = %s AND erased_at IS NULL FOR NO KEY UPDATE"
LOCK_BY_EMAIL = "SELECT * FROM users WHERE email_key = %s FOR NO KEY UPDATE"
SAVE = """
UPDATE users SET first_name = %s, last_name = %s, roles = %s, blocked = %s, locale = %s, currency_code = %s,
    newsletter = %s, default_address_id = %s, version = %s
WHERE id = %s
"""
ERASE_USER = """
UPDATE users SET email = NULL, email_key = NULL, password_hash = NULL, first_name = NULL, last_name = NULL,
    locale = '', currency_code = '', newsletter = false, default_address_id = NULL, version = version + 1,
    erased_at = now()
WHERE id = %s
"""
ERASE_ADDRESSES = "DELETE FROM addresses WHERE user_id = %s"
ERASE_DEVICES = "UPDATE sessions SET user_agent = '', ip_address = '' WHERE user_id = %s"
PAGE = """
SELECT * FROM users WHERE id > %s AND email_key LIKE %s AND erased_at IS NULL ORDER BY id LIMIT %s
"""
COUNT = """
SELECT count(*) AS total FROM (SELECT FROM users WHERE email_key LIKE %s AND erased_at IS NULL LIMIT %s) AS counted
"""
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('emporium.account.administrators'))"
OTHER_ADMINS = """
SELECT EXISTS (
    SELECT FROM users WHERE 'admin' = ANY (roles) AND NOT blocked AND erased_at IS NULL AND id <> %s
) AS found
"""


@dataclass(frozen=True)
class PostgresUsers:
    """`Users` in one transaction."""

    tx: Connection

    async def add(self, user: User, email: EmailAddress, password_hash: str) -> bool:
        """False when the e-mail is taken."""
        values = [
            user.id, email.text, email.key, password_hash, user.first_name, user.last_name, sorted(user.roles),
            user.version, user.created_at,
        ]  # fmt: skip
        return (await self.tx.execute(ADD, values)).rowcount == 1

    async def get(self, ids: Sequence[str]) -> Mapping[str, User]:
        """Users by id, in one statement."""
        rows = await (await self.tx.execute(GET, [list(ids)])).fetchall()
        return {row["id"]: user_of(row) for row in rows}

    async def lock(self, user_id: str) -> User | None:
        """Read for a change."""
        row = await (await self.tx.execute(LOCK, [user_id])).fetchone()
        return None if row is None else user_of(row)

    async def lock_by_email(self, email_key: str) -> User | None:
        """Read for a change."""
        row = await (await self.tx.execute(LOCK_BY_EMAIL, [email_key])).fetchone()
        return None if row is None else user_of(row)

    async def save(self, user: User) -> None:
        """Writes all but e-mail and password."""
        preferences = user.preferences
        values = [
            user.first_name, user.last_name, sorted(user.roles), user.blocked, preferences.locale,
            preferences.currency_code, preferences.newsletter, user.default_address_id, user.version, user.id,
        ]  # fmt: skip
        await self.tx.execute(SAVE, values)

    async def erase(self, user_id: str) -> None:
        """Personal data goes, the id stays."""
        await self.tx.execute(ERASE_USER, [user_id])
        await self.tx.execute(ERASE_ADDRESSES, [user_id])
        await self.tx.execute(ERASE_DEVICES, [user_id])

    async def page(self, *, email_prefix: str, after: str, first: int) -> Sequence[User]:
        """In the order of ids, which is the order of registering."""
        rows = await (await self.tx.execute(PAGE, [after, _pattern(email_prefix), first])).fetchall()
        return [user_of(row) for row in rows]

    async def count(self, *, email_prefix: str, most: int) -> int:
        """Stops counting at `most`."""
        row = await (await self.tx.execute(COUNT, [_pattern(email_prefix), most])).fetchone()
        return 0 if row is None else int(row["total"])

    async def has_other_admin(self, user_id: str) -> bool:
        """Waits for other changes of administrators, so that two cannot remove each other."""
        await self.tx.execute(ONE_AT_A_TIME)
        row = await (await self.tx.execute(OTHER_ADMINS, [user_id])).fetchone()
        return row is not None and bool(row["found"])


def _pattern(prefix: str) -> str:
    escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"
