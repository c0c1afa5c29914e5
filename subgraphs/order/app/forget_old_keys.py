"""Idempotency keys are kept for a week; nobody repeats a request after that."""

import asyncio
from dataclasses import dataclass

from subgraphs.order.app.ports import Store

EVERY_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class ForgetOldKeys:
    store: Store

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            async with self.store.reading() as work:
                await work.keys.prune()
