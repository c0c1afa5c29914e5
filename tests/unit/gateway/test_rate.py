"""Budgets of clients, leased in blocks."""

import asyncio
from collections import Counter

from gateway.rate import RETRY_SECONDS, RateLimit


class Clock:
    now = 6_000.0

    def __call__(self) -> float:
        return self.now


class Shared:
    """A ledger in memory."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, int]] = Counter()
        self.asked = 0
        self.away = False

    async def take(self, client: str, window: int, units: int) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        if self.away:
            raise ConnectionError
        self.taken[client, window] += units
        return self.taken[client, window]


async def spent(limit: RateLimit, times: int, units: int = 1, client: str = "a") -> int:
    """How many of so many requests were let in."""
    return sum([not await limit.spend(client, units) for _ in range(times)])


async def test_processes_share_one_budget_and_ask_for_it_in_blocks() -> None:
    ledger, clock = Shared(), Clock()
    processes = [RateLimit(1_000, ledger, clock=clock) for _ in range(2)]
    assert [await spent(process, 1_500) for process in processes] == [1_000, 0]
    assert ledger.asked <= 22
    assert await spent(processes[1], 10, client="b") == 10


async def test_a_new_minute_is_a_new_budget() -> None:
    clock = Clock()
    limit = RateLimit(100, Shared(), clock=clock)
    assert await spent(limit, 200) == 100
    clock.now += 45
    assert await limit.spend("a", 1) == 16
    clock.now += 15
    assert await spent(limit, 200) == 100


async def test_requests_at_the_same_time_are_counted_each() -> None:
    limit = RateLimit(100, Shared(), clock=Clock())
    answers = await asyncio.gather(*(limit.spend("a", 10) for _ in range(30)))
    assert answers.count(0) == 10


async def test_without_the_ledger_the_process_counts_alone_and_asks_again_later() -> None:
    ledger, clock = Shared(), Clock()
    alone: list[int] = []
    limit = RateLimit(100, ledger, clock=clock, on_fallback=lambda: alone.append(1))
    ledger.away = True
    assert await spent(limit, 200) == 100
    assert ledger.asked == 1
    assert alone
    ledger.away = False
    clock.now += 60 + RETRY_SECONDS
    assert await spent(limit, 200) == 100
    assert sum(ledger.taken.values()) >= 100
