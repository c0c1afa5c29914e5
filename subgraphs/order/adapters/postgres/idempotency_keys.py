"""Idempotency keys: one row per (principal or cart secret, mutation, key), kept at least 48 hours."""

from collections.abc import Mapping, Sequence

from chassis.database import Connection
from subgraphs.order.adapters.postgres.rows import recordset
from subgraphs.order.app.ports import KeyUse

# A second transaction with the same key waits here for the first to end.
CLAIM = """
INSERT INTO idempotency_keys (scope, mutation, key, arguments, order_id, result)
SELECT u.scope, %s, u.key, u.arguments, u.order_id, u.result
FROM jsonb_to_recordset(%s::jsonb) AS u (scope text, key text, arguments text, order_id text, result text)
ORDER BY u.scope, u.key
ON CONFLICT DO NOTHING RETURNING scope, key
"""
FIND = """
SELECT k.scope, k.key, k.arguments, k.order_id, k.result
FROM jsonb_to_recordset(%s::jsonb) AS u (scope text, key text)
JOIN idempotency_keys k ON k.scope = u.scope AND k.mutation = %s AND k.key = u.key
"""
PRUNE = "DELETE FROM idempotency_keys WHERE created_at < now() - interval '7 days'"


class PostgresIdempotencyKeys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def claim(self, scope: str, mutation: str, key: str, use: KeyUse) -> KeyUse:
        if await self.claim_all(mutation, {(scope, key): use}):
            return use
        earlier = await self.find(scope, mutation, key)
        assert earlier is not None  # noqa: S101  (the conflict proves it is there)
        return earlier

    async def find(self, scope: str, mutation: str, key: str) -> KeyUse | None:
        return (await self.find_all(mutation, [(scope, key)])).get((scope, key))

    async def claim_all(self, mutation: str, uses: Mapping[tuple[str, str], KeyUse]) -> set[tuple[str, str]]:
        rows = recordset(
            {"scope": scope, "key": key, "arguments": use.arguments, "order_id": use.order_id, "result": use.result}
            for (scope, key), use in uses.items()
        )
        claimed = await self._connection.execute(CLAIM, [mutation, rows])
        return {(row["scope"], row["key"]) for row in await claimed.fetchall()}

    async def find_all(self, mutation: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KeyUse]:
        asked = recordset({"scope": scope, "key": key} for scope, key in keys)
        found = await self._connection.execute(FIND, [asked, mutation])
        return {
            (row["scope"], row["key"]): KeyUse(
                arguments=row["arguments"], order_id=row["order_id"], result=row["result"], fresh=False
            )
            for row in await found.fetchall()
        }

    async def prune(self) -> None:
        """Forgets keys no client still repeats."""
        await self._connection.execute(PRUNE)
