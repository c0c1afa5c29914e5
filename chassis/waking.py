"""When background work looks again: after a commit of this process, and now and then for what others wrote."""

import asyncio
import contextlib
import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waking:
    """Of one piece of work, which calls `again` between two looks. A look that finds nothing must not write: its own
    commit would wake it."""

    committed: asyncio.Event
    """Its own, of `Database.committed`."""
    least_seconds: float
    """Between two looks, however busy the database is."""
    most_seconds: float

    async def again(self, within: float = math.inf) -> None:
        """Returns when it is time to look: `within` seconds at the latest, and never in less than `least_seconds`."""
        await asyncio.sleep(self.least_seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(min(self.most_seconds, within) - self.least_seconds, 0)):
                await self.committed.wait()
        # Before the look: a commit that comes while it lasts is for the next one.
        self.committed.clear()
