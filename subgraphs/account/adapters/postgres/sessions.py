"""Sessions and their refresh families."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.database import Connection
from subgraphs.account.app.ports import RevokedSessions
from subgraphs.account.domain.session import ACCESS_TOKEN_LIFETIME, Device, RefreshFamily, Session

MOST_LISTED = 100
CURSOR = re.compile(r"[0-9]{1,19}")

START = """
INSERT INTO sessions (id, user_id, user_agent, ip_address, created_at, last_used_at, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
START_FAMILY = """
INSERT INTO refresh_families (id, session_id, generation, token_hash, rotated_at) VALUES (%s, %s, %s, %s, %s)
"""
LOCK_FAMILY = """
SELECT f.id, f.session_id, s.user_id, f.generation, f.token_hash, f.rotated_at, s.expires_at,
    s.revoked_at IS NOT NULL AS revoked
FROM refresh_families f JOIN sessions s ON s.id = f.session_id
WHERE f.id = %s FOR NO KEY UPDATE
"""
ROTATE = """
WITH rotated AS (
    UPDATE refresh_families SET generation = %(generation)s, token_hash = %(hash)s, rotated_at = %(now)s
    WHERE id = %(id)s
)
UPDATE sessions SET last_used_at = %(now)s, expires_at = %(expires)s WHERE id = %(session)s
"""
# Locked in one order, so that two revocations at once cannot wait for each other.
REVOKE = """
WITH ending AS MATERIALIZED (
    SELECT id FROM sessions
    WHERE user_id = %(user)s AND revoked_at IS NULL AND id <> %(keep)s
        AND (%(only)s::text[] IS NULL OR id = ANY (%(only)s::text[]))
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE sessions SET revoked_at = now(), revoked_reason = %(reason)s, revoked_by_transaction = pg_current_xact_id()
FROM ending WHERE sessions.id = ending.id
RETURNING sessions.id
"""
# Families go with their sessions.
FORGET = """
DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE least(expires_at, revoked_at) < %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
OF_USERS = """
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY last_used_at DESC, id DESC) AS place
    FROM sessions WHERE user_id = ANY (%s) AND revoked_at IS NULL AND expires_at > now()
) AS ranked WHERE place <= %s ORDER BY user_id, place
"""
# The cursor is a transaction id below which nothing is undecided: a revocation that commits after this read
# has a higher one. A cursor from the future comes from another (restored) database and counts as the beginning.
REVOKED_SINCE = """
WITH here AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon)
SELECT here.horizon::text AS cursor, array(
    SELECT id FROM sessions
    WHERE revoked_at > now() - %(lifetime)s - interval '1 minute'
        AND (%(after)s::xid8 > here.horizon OR revoked_by_transaction >= %(after)s::xid8)
    ORDER BY revoked_at, id
) AS session_ids
FROM here
"""


@dataclass(frozen=True)
class PostgresSessions:
    """`Sessions` in one transaction."""

    tx: Connection

    async def start(self, session: Session, family: RefreshFamily) -> None:
        """Both are new."""
        device = session.device
        values = [
            session.id, session.user_id, device.user_agent, device.ip_address, session.created_at,
            session.last_used_at, session.expires_at,
        ]  # fmt: skip
        await self.tx.execute(START, values)
        await self.tx.execute(
            START_FAMILY, [family.id, session.id, family.generation, family.token_hash, family.rotated_at]
        )

    async def lock_family(self, family_id: str) -> RefreshFamily | None:
        """Two refreshes at once follow one another."""
        row = await (await self.tx.execute(LOCK_FAMILY, [family_id])).fetchone()
        return None if row is None else RefreshFamily(**row)

    async def rotate(self, family: RefreshFamily) -> None:
        """The new generation, and the session's longer life."""
        values = {
            "id": family.id,
            "session": family.session_id,
            "generation": family.generation,
            "hash": family.token_hash,
            "now": family.rotated_at,
            "expires": family.expires_at,
        }
        await self.tx.execute(ROTATE, values)

    async def revoke(
        self, user_id: str, *, only: Sequence[str] | None = None, keep: str = "", reason: str
    ) -> Sequence[str]:
        """In one statement; returns the ids that were live."""
        named = None if only is None else list(only)
        values = {"user": user_id, "only": named, "keep": keep, "reason": reason}
        rows = await (await self.tx.execute(REVOKE, values)).fetchall()
        return sorted(row["id"] for row in rows)

    async def forget(self, ended_before: datetime, most: int) -> int:
        """Deletes the oldest; several instances share the work."""
        return (await self.tx.execute(FORGET, [ended_before, most])).rowcount

    async def of_users(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[Session]]:
        """The MOST_LISTED used last of each user, in one statement."""
        found: defaultdict[str, list[Session]] = defaultdict(list)
        for row in await (await self.tx.execute(OF_USERS, [list(user_ids), MOST_LISTED])).fetchall():
            session = Session(
                id=row["id"],
                user_id=row["user_id"],
                device=Device(user_agent=row["user_agent"], ip_address=row["ip_address"]),
                created_at=row["created_at"],
                last_used_at=row["last_used_at"],
                expires_at=row["expires_at"],
            )
            found[session.user_id].append(session)
        return found

    async def revoked_since(self, cursor: str) -> RevokedSessions:
        """A session may be told twice, never missed."""
        after = cursor if CURSOR.fullmatch(cursor) and int(cursor) < 2**63 else "0"
        values = {"after": after, "lifetime": ACCESS_TOKEN_LIFETIME}
        row = await (await self.tx.execute(REVOKED_SINCE, values)).fetchone()
        if row is None:
            raise AssertionError("a row without a table is always one")
        return RevokedSessions(session_ids=tuple(row["session_ids"]), cursor=row["cursor"])
