"""Background work that fails."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from chassis import run


async def test_work_that_had_recovered_is_started_again_as_soon_as_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(run, "LONGEST_PAUSE", 0.004)
    clock = [0.0]
    monkeypatch.setattr(run, "monotonic", lambda: clock[0])
    ended = asyncio.Event()
    lived = [0.0] * 4 + [60.0, 0.0]

    async def work() -> None:
        if not lived:
            ended.set()
            return
        clock[0] += lived.pop(0)
        raise RuntimeError("once more")

    with capture_logs() as logged:
        async with run.background({"work": work}):
            await asyncio.wait_for(ended.wait(), 30)
    assert [each["retry_seconds"] for each in logged] == [0.001, 0.002, 0.004, 0.004, 0.001, 0.002]


async def test_background_work_is_told_apart_by_its_name_and_ends_with_the_block() -> None:
    named = list[str]()

    async def work() -> None:
        task = asyncio.current_task()
        named.append(task.get_name() if task else "")
        await asyncio.Event().wait()

    async with run.background({"relay": work, "consumer": work}):
        await asyncio.sleep(0)
        working = {each.get_name(): each for each in asyncio.all_tasks()}
    assert named == ["relay", "consumer"]
    assert working["relay"].cancelled()
    assert working["consumer"].cancelled()
