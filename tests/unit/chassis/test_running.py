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
