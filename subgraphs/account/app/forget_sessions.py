"""Forgets sessions that ended long ago, and with them where their devices were."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from chassis.errors import Unavailable
from subgraphs.account.app.ports import AccountStore

log = structlog.get_logger()

KEPT = timedelta(days=30)
"""How long an ended session is kept for whoever has to look into a theft."""
BATCH = 1_000
EVERY = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class ForgetSessions:
    """Small transactions, so that nothing else waits for them."""

    store: AccountStore
    now: Callable[[], datetime]

    async def __call__(self) -> int:
        """How many were forgotten."""
        total = 0
        while True:
            async with self.store.transaction() as accounts:
                forgotten = await accounts.sessions.forget(self.now() - KEPT, BATCH)
            total += forgotten
            if forgotten < BATCH:
                return total

    async def every_hour(self) -> None:
        """Until cancelled."""
        while True:
            try:
                forgotten = await self()
                if forgotten:
                    log.info("sessions.forgotten", count=forgotten)
            except Unavailable as error:
                log.warning("sessions.not_forgotten", error=str(error))
            await asyncio.sleep(EVERY.total_seconds())
