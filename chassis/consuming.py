"""Kafka's consumers in threads: their calls block, and end late or never while Kafka is away."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

import structlog

log = structlog.get_logger("consuming")
T = TypeVar("T")

CLOSE_SECONDS: Final = 5.0
"""What is left open then ends with the process: Kafka notices by itself that a member of a group is gone."""


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """What blocks, for some seconds at most. It is waited for also when cancelled: a consumer is in one thread."""
    working = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
    # Looked at, also when nobody asks for it any more.
    working.add_done_callback(lambda done: done.cancelled() or done.exception())
    await _done(working)
    return working.result()


async def closed(consumer: Any) -> None:
    """Leaves the group in good order; without Kafka that may take a minute, which nobody waits for."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[bool] = loop.create_future()

    def end(left_open: bool) -> None:
        if not over.done():
            over.set_result(left_open)

    def close() -> None:
        with contextlib.suppress(Exception):
            consumer.close()
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(end, False)

    # Not one of the executor's threads: those hold up the end of the process.
    threading.Thread(target=close, name="closing", daemon=True).start()
    patience = loop.call_later(CLOSE_SECONDS, end, True)
    try:
        await _done(over)
    finally:
        patience.cancel()
        if over.result():
            log.warning("consuming.left_open", seconds=CLOSE_SECONDS)


async def _done(future: asyncio.Future[Any]) -> None:
    """Waits for it, however often this task is cancelled meanwhile; then it is."""
    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
