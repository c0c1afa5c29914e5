"""What was answered to a gateway lately answers the next gateway too."""

from __future__ import annotations

import json

from subgraphs.account.adapters.redis.connection import Connection, RedisAway
from subgraphs.account.app.ports import RevokedSessions

PREFIX = "emporium:account:revoked:"
LIFETIME_MILLISECONDS = 1_000


class RedisRevokedSessionCache:
    """`RevokedSessionCache` on Redis; without it every question is read from the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, cursor: str) -> RevokedSessions | None:
        """The answer given to this cursor within the last second."""
        try:
            kept = await self._connection.run(lambda redis: redis.get(_key(cursor)))
        except RedisAway:
            return None
        if kept is None:
            return None
        session_ids, following = json.loads(kept)
        return RevokedSessions(session_ids=tuple(session_ids), cursor=following)

    async def put(self, cursor: str, answer: RevokedSessions) -> None:
        """Keeps it for LIFETIME_MILLISECONDS."""
        kept = json.dumps([answer.session_ids, answer.cursor])
        try:
            await self._connection.run(lambda redis: redis.set(_key(cursor), kept, px=LIFETIME_MILLISECONDS))
        except RedisAway:
            return


def _key(cursor: str) -> str:
    return PREFIX + cursor[:20]
