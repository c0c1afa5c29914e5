"""Events that a consumer could not digest: listed for operators, and handled again on demand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chassis.database import Database

PREFIX = "dlt"
MOST = 101
DIGITS = 12
"""So that ids sort as their numbers do."""
LETTER = """
SELECT d.*, %(prefix)s || lpad(d.id::text, 12, '0') AS letter_id, coalesce((
    SELECT jsonb_agg(jsonb_build_array(r.actor_id, r.reason, r.created_at) ORDER BY r.id)
    FROM dead_letter_replays r WHERE r.letter_id = %(prefix)s || lpad(d.id::text, 12, '0')
), '[]') AS replays
"""
LIST = (
    LETTER
    + """
FROM dead_letters d
WHERE d.due_at IS NULL AND (%(before)s::timestamptz IS NULL
    OR (d.parked_at, (%(prefix)s || lpad(d.id::text, 12, '0')) COLLATE "C") < (%(before)s, %(before_id)s))
ORDER BY d.parked_at DESC, (%(prefix)s || lpad(d.id::text, 12, '0')) COLLATE "C" DESC LIMIT %(first)s
"""
)
ONE = LETTER + "FROM dead_letters d WHERE d.id = %(id)s"
REPLAY = "UPDATE dead_letters SET due_at = now() WHERE id = %s AND due_at IS NULL"
NOTE = "INSERT INTO dead_letter_replays (letter_id, actor_id, reason) VALUES (%s, %s, %s)"
"""The audit entry."""


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Who had it handled again, when and why."""

    actor_id: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ParkedEvent:
    id: str
    consumer: str
    type: str
    key: str
    attempts: int
    error: str
    parked_at: datetime
    replays: Sequence[Replay] = ()


class ParkedEvents:
    """Those in one service's database. `service` is a part of their ids, so that these tell where each is."""

    def __init__(self, db: Database, service: str) -> None:
        self._db = db
        self._prefix = f"{PREFIX}_{service}_"

    async def page(self, *, first: int, before: tuple[datetime, str] | None = None) -> list[ParkedEvent]:
        """Newest first, after a place in the list: when it was parked, and its id."""
        at, letter_id = before or (None, "")
        asked = {"prefix": self._prefix, "before": at, "before_id": letter_id, "first": min(first, MOST)}
        async with self._db.reading() as connection:
            rows = await (await connection.execute(LIST, asked)).fetchall()
        return [_parked(row) for row in rows]

    async def replay(self, letter_id: str, *, actor_id: str, reason: str) -> ParkedEvent | None:
        """Has its consumer handle it again, with an audit entry; None when there is none that waits."""
        number = letter_id.removeprefix(self._prefix)
        if number == letter_id or not number.isdecimal() or len(number) != DIGITS:
            return None
        async with self._db.transaction() as tx:
            if not (await tx.execute(REPLAY, [int(number)])).rowcount:
                return None
            await tx.execute(NOTE, [letter_id, actor_id, reason])
            row = await (await tx.execute(ONE, {"prefix": self._prefix, "id": int(number)})).fetchone()
        return None if row is None else _parked(row)


def _parked(row: dict[str, Any]) -> ParkedEvent:
    return ParkedEvent(
        id=row["letter_id"],
        consumer=row["consumer"],
        type=row["type"],
        key=row["key"],
        attempts=row["attempts"],
        error=row["error"],
        parked_at=row["parked_at"],
        replays=replays_of(row["replays"]),
    )


def replays_of(values: Sequence[tuple[str, str, str]]) -> list[Replay]:
    """Of (actor, reason, ISO time), as JSON keeps them."""
    return [
        Replay(actor_id=actor, reason=reason, created_at=datetime.fromisoformat(at).astimezone(UTC))
        for actor, reason, at in values
    ]
