"""Events, kept in the outbox of the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emporium.events.v1.events_pb2 import SessionRevoked, UserChanged

from chassis import outbox
from chassis.database import Connection
from chassis.outbox import Event
from subgraphs.account.domain.user import User

TOPIC = "emporium.account.events.v1"


@dataclass(frozen=True)
class OutboxAnnouncements:
    """`Announcements` in one transaction. No event holds personal data."""

    tx: Connection

    async def user_changed(self, user: User, *, deleted: bool = False) -> None:
        """The user's row is locked, so that the events of one user are in the order of their versions."""
        message = UserChanged(user_id=user.id, version=user.version, deleted=deleted, blocked=user.blocked)
        event = Event(topic=TOPIC, aggregate_id=user.id, sequence=user.version, message=message)
        await outbox.append(self.tx, [event])

    async def sessions_revoked(self, user_id: str, session_ids: Sequence[str]) -> None:
        """One event a session, which is its own aggregate and ends once."""
        events = [
            Event(
                topic=TOPIC,
                aggregate_id=session_id,
                sequence=1,
                message=SessionRevoked(session_id=session_id, user_id=user_id),
            )
            for session_id in session_ids
        ]
        await outbox.append(self.tx, events)
