"""Invariants as views: each row is a breach. Counted in bounded time, and no further than anybody would read."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
import psycopg
from psycopg import sql

from chassis.database import Connection, Database

MOST = 100
"""A count stops here."""
EXAMPLES = 5
KEPT_SECONDS = 15.0
BOUND = "SET LOCAL statement_timeout = '5s'"
"""For one view; after it the count is unknown."""
COUNT = sql.SQL("SELECT * FROM {} LIMIT {}")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Of one view, or of several that stand for one invariant."""

    breaches: int | None
    """At most MOST; None when it took too long to count them."""
    examples: Sequence[str] = ()
    """Some of them, as JSON."""


class InvariantViews:
    """The views of one database by invariant. Whoever asks within KEPT_SECONDS gets the same answer."""

    def __init__(self, db: Database, views: Mapping[str, Sequence[str]]) -> None:
        self._db = db
        self._views = views
        self._found: dict[str, Finding] = {}
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def check(self) -> dict[str, Finding]:
        """By invariant."""
        async with self._lock:
            if time.monotonic() >= self._until:
                async with self._db.reading() as connection:
                    self._found = {name: await _found(connection, views) for name, views in self._views.items()}
                self._until = time.monotonic() + KEPT_SECONDS
            return self._found


async def _found(connection: Connection, views: Sequence[str]) -> Finding:
    breaches, examples = 0, list[str]()
    for view in views:
        try:
            async with connection.transaction():
                await connection.execute(BOUND)
                rows = await (await connection.execute(COUNT.format(sql.Identifier(view), MOST))).fetchall()
        except psycopg.errors.QueryCanceled:
            return Finding(breaches=None)
        breaches += len(rows)
        examples += [orjson.dumps(row, default=str).decode() for row in rows[:EXAMPLES]]
    return Finding(breaches=min(breaches, MOST), examples=examples[:EXAMPLES])
