"""The stored key ring."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.account.domain.signing_key import KeyRing, KeyState, SigningKey

RING = "SELECT * FROM signing_keys ORDER BY created_at, kid"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('emporium.account.signing_keys'))"
CLEAR = "DELETE FROM signing_keys"
KEEP = """
INSERT INTO signing_keys (kid, state, public_key, sealed_private_key, created_at, retired_at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::timestamptz[], %s::timestamptz[])
"""


@dataclass(frozen=True)
class PostgresSigningKeys:
    """`SigningKeys` in one transaction."""

    tx: Connection

    async def ring(self) -> KeyRing:
        """All stored keys, oldest first."""
        rows = await (await self.tx.execute(RING)).fetchall()
        return KeyRing(tuple(_key(row) for row in rows))

    async def lock(self) -> KeyRing:
        """Another rotation waits until this transaction ends."""
        await self.tx.execute(ONE_AT_A_TIME)
        return await self.ring()

    async def replace(self, ring: KeyRing) -> None:
        """The ring as a whole: a handful of rows."""
        await self.tx.execute(CLEAR)
        keys = ring.keys
        columns = [
            [key.kid for key in keys],
            [key.state.value for key in keys],
            [key.public_key for key in keys],
            [key.sealed_private_key for key in keys],
            [key.created_at for key in keys],
            [key.retired_at for key in keys],
        ]
        await self.tx.execute(KEEP, columns)


def _key(row: DictRow) -> SigningKey:
    return SigningKey(
        kid=row["kid"],
        state=KeyState(row["state"]),
        public_key=row["public_key"],
        sealed_private_key=row["sealed_private_key"],
        created_at=row["created_at"],
        retired_at=row["retired_at"],
    )
