"""How background work follows the clock: it sleeps until something is due, or something new may be."""

import math
from collections.abc import Awaitable, Callable

from chassis.waking import Waking


async def follow(
    due_in: Callable[[], Awaitable[float | None]], work: Callable[[int], Awaitable[int]], batch: int, waking: Waking
) -> None:
    """Does what is due, a batch at a time, until cancelled.

    `due_in` says in how many seconds the next is due (None: nothing is planned), `work` how many of a batch it did: of
    500 prices it may be two products. None: others are at it.
    """
    while True:
        seconds = await due_in()
        if seconds is None:
            seconds = math.inf
        elif seconds <= 0 and await work(batch):
            continue
        await waking.again(seconds)
