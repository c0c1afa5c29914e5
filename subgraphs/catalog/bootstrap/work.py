"""Background work: what runs beside the server, and how often each piece looks for something to do."""

from collections.abc import Awaitable, Callable, Mapping

from chassis.database import Database
from chassis.waking import Waking

Background = Mapping[str, Callable[[], Awaitable[None]]]

OTHERS_SECONDS = 2.0
"""At the latest, for what other processes planned and did not live to follow."""


def timely(db: Database, interval_seconds: float) -> Waking:
    """For what follows the clock: it knows when it is due."""
    return Waking(
        committed=db.committed(), least_seconds=interval_seconds, most_seconds=max(interval_seconds, OTHERS_SECONDS)
    )


def prompt(db: Database, pause_seconds: float) -> Waking:
    """For what follows other writes at once."""
    return Waking(committed=db.committed(), least_seconds=pause_seconds, most_seconds=1.0)
