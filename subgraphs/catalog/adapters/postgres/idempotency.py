"""A write that was answered is answered again, not done again."""

from chassis.database import Connection
from subgraphs.catalog.domain.errors import IdempotencyKeyMismatch

TAKE = """
INSERT INTO idempotency_keys (scope, key, fingerprint) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING key
"""
FIND = "SELECT fingerprint, answer FROM idempotency_keys WHERE scope = %s AND key = %s"
KEEP = "UPDATE idempotency_keys SET answer = %s WHERE scope = %s AND key = %s"


async def earlier_answer(tx: Connection, scope: str, key: str, fingerprint: bytes) -> bytes | None:
    """The answer this key got before; None makes the caller its owner. A concurrent owner is waited for.

    Raises IdempotencyKeyMismatch when the key came with other arguments.
    """
    taken = await (await tx.execute(TAKE, [scope, key, fingerprint])).fetchone()
    if taken is not None:
        return None
    row = await (await tx.execute(FIND, [scope, key])).fetchone()
    if row is None or bytes(row["fingerprint"]) != fingerprint:
        raise IdempotencyKeyMismatch(key=key)
    return bytes(row["answer"] or b"null")


async def keep_answer(tx: Connection, scope: str, key: str, answer: bytes) -> None:
    await tx.execute(KEEP, [answer, scope, key])
