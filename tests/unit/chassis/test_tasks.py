"""Background work ends when it is told to."""

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

    async with asyncio.timeout(10):
        async with tasks.running(deaf(), deaf()):
            await asyncio.sleep(0)
    assert told >= 3


async def test_work_that_failed_meanwhile_ends_quietly() -> None:
    async def broken() -> None:
        raise RuntimeError("not the end of the others")

    async with tasks.running(broken(), asyncio.sleep(3600)):
        await asyncio.sleep(0)
