"""The end of tasks."""

import asyncio
from typing import Any

PATIENCE_SECONDS = 1.0


async def ended(*tasks: asyncio.Future[Any]) -> None:
    """Cancels the tasks until all have ended; what they return or raise is nobody's any more.

    Once is not always enough: Python 3.11's `wait_for` swallows a cancellation that comes together with its result.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        done, left = await asyncio.wait(left, timeout=PATIENCE_SECONDS)
        for task in done:
            # Looked at, so that nobody is told of a failure that was never retrieved.
            _ = task.cancelled() or task.exception()
