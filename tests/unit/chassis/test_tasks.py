"""Tasks end when they are told to."""

import asyncio

import pytest

from chassis import tasks


async def test_a_task_that_swallows_a_cancellation_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PATIENCE_SECONDS", 0.01)
    told = 0

    async def deaf() -> None:
        nonlocal told
        while told < 3:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told += 1

    working = [asyncio.create_task(deaf()) for _ in range(2)]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await tasks.ended(*working)
    assert told >= 3
    assert all(each.done() for each in working)


async def test_a_task_that_failed_meanwhile_ends_quietly() -> None:
    async def broken() -> None:
        raise RuntimeError("not the end of the others")

    failing, lasting = asyncio.create_task(broken()), asyncio.create_task(asyncio.sleep(3600))
    await asyncio.sleep(0)
    await tasks.ended(failing, lasting)
    assert failing.done()
    assert lasting.cancelled()
