"""When background work looks again."""

import asyncio
import math

import pytest

from chassis.waking import Waking
from subgraphs.catalog.app.follow_time import follow

NEVER = 3600.0
SOON = 30
"""Seconds a test waits for what comes at once."""


def waking(least: float = 0, most: float = NEVER) -> Waking:
    return Waking(committed=asyncio.Event(), least_seconds=least, most_seconds=most)


@pytest.mark.parametrize("within", [0, 0.01])
async def test_it_wakes_when_something_is_due(within: float) -> None:
    await asyncio.wait_for(waking().again(within), SOON)


async def test_it_wakes_for_what_others_wrote() -> None:
    await asyncio.wait_for(waking(most=0.01).again(), SOON)


async def test_a_commit_that_came_during_the_last_look_is_looked_for_once() -> None:
    sleeper = waking()
    sleeper.committed.set()
    await asyncio.wait_for(sleeper.again(), SOON)
    assert not sleeper.committed.is_set()


async def test_a_commit_wakes_it() -> None:
    sleeper = waking()
    again = asyncio.create_task(sleeper.again())
    await asyncio.sleep(0)
    sleeper.committed.set()
    await asyncio.wait_for(again, SOON)


async def test_what_is_due_is_done_until_nothing_is_left_and_then_waited_for() -> None:
    due, sizes, asked = [0.0, -1.0, 0.0, None], [3, 1, 0], list[float]()

    class Asked(Exception):
        """Nothing is left."""

    class Sleeper:
        async def again(self, within: float) -> None:
            asked.append(within)
            if not due:
                raise Asked

    async def due_in() -> float | None:
        return due.pop(0)

    async def work(batch: int) -> int:
        return min(batch, sizes.pop(0))

    with pytest.raises(Asked):
        await follow(due_in, work, 3, Sleeper())  # type: ignore[arg-type]
    assert (asked, sizes) == ([0.0, math.inf], [])
