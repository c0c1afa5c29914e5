"""Idempotency keys: one row per (principal or cart secret, mutation, key), kept at least 48 hours."""

from chassis.database import Connection
from subgraphs.order.app.ports import KeyUse

# A second transaction with the same key waits here for the first to end.
CLAIM = """
INSERT INTO idempotency_keys (scope, mutation, key, arguments, order_id, result) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING order_id
"""
FIND = "SELECT arguments, order_id, result FROM idempotency_keys WHERE scope = %s AND mutation = %s AND key = %s"
PRUNE = "DELETE FROM idempotency_keys WHERE created_at < now() - interval '7 days'"


class PostgresIdempotencyKeys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(self, scope: str, mutation: str, key: str, use: KeyUse) -> KeyUse:
        values = [scope, mutation, key, use.arguments, use.order_id, use.result]
        if await (await self._connection.execute(CLAIM, values)).fetchone() is not None:
            return use
        earlier = await self.find(scope, mutation, key)
        assert earlier is not None  # noqa: S101  (the conflict proves it is there)
        return earlier

    async def find(self, scope: str, mutation: str, key: str) -> KeyUse | None:
        row = await (await self._connection.execute(FIND, [scope, mutation, key])).fetchone()
        if row is None:
            return None
        return KeyUse(arguments=row["arguments"], order_id=row["order_id"], result=row["result"], fresh=False)

    async def prune(self) -> None:
        """Forgets keys no client still repeats."""
        await self._connection.execute(PRUNE)
