"""What is kept for a while only, and then dropped."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from chassis.database import Database

PRUNE_SECONDS = 3600.0
# No retry asks for these any more.
KEYS = "DELETE FROM idempotency_keys WHERE created_at < now() - interval '3 days'"
# They hold no units; the ledger keeps what they moved. So many an hour at most.
RESERVATIONS = """
WITH over AS (
    SELECT id FROM reservations
    WHERE state IN ('RELEASED', 'EXPIRED', 'REFUSED_SHORT') AND changed_at < now() - interval '30 days'
    LIMIT 50000 FOR UPDATE SKIP LOCKED
), lines AS (
    DELETE FROM reservation_lines USING over WHERE reservation_id = over.id
)
DELETE FROM reservations USING over WHERE reservations.id = over.id
"""
# What was shown then is in the record of changes.
PRICES = "DELETE FROM planned_prices WHERE valid_until < now() - interval '30 days'"


async def prune(db: Database) -> None:
    """Drops all that is old enough."""
    async with db.reading() as connection:
        for statement in (KEYS, RESERVATIONS, PRICES):
            await connection.execute(statement)


async def keep_house(db: Database, others: Sequence[Callable[[], Awaitable[None]]] = ()) -> None:
    """Background work: every hour, here and in what `others` clean."""
    while True:
        await prune(db)
        for other in others:
            await other()
        await asyncio.sleep(PRUNE_SECONDS)
