"""Natural batches: what is asked while a call is in flight is asked together by the next."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

import pytest

from chassis.gathering import Gathering

ASKER: ContextVar[str] = ContextVar("asker", default="nobody")


class Calls:
    """Doubles numbers; refuses 13 alone, and fails as a whole when -1 is among them."""

    def __init__(self) -> None:
        self.made: list[list[int]] = []
        self.askers: list[str] = []
        self.go_on = asyncio.Event()

    async def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.made.append(list(numbers))
        self.askers.append(ASKER.get())
        await self.go_on.wait()
        if -1 in numbers:
            raise RuntimeError("poison")
        return [ValueError("13") if number == 13 else 2 * number for number in numbers]


async def asked(gathering: Gathering[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(gathering(number)) for number in numbers]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_one_call_alone_is_made_at_once() -> None:
    calls = Calls()
    calls.go_on.set()
    assert await Gathering(calls)(21) == 42


async def test_calls_that_come_meanwhile_share_the_next_one() -> None:
    calls = Calls()
    gathering = Gathering(calls, in_flight=1)
    tasks = [*await asked(gathering, 1), *await asked(gathering, 2, 3, 4)]
    calls.go_on.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert calls.made == [[1], [2, 3, 4]]


async def test_an_answer_that_is_an_error_is_its_askers_alone() -> None:
    calls = Calls()
    gathering = Gathering(calls, in_flight=1)
    tasks = [*await asked(gathering, 1), *await asked(gathering, 13, 5)]
    calls.go_on.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[1], ValueError)
    assert (answers[0], answers[2]) == (2, 10)


async def test_who_breaks_the_shared_call_breaks_only_their_own() -> None:
    calls = Calls()
    gathering = Gathering(calls, in_flight=1)
    tasks = [*await asked(gathering, 1), *await asked(gathering, 2, -1, 3)]
    calls.go_on.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[2], RuntimeError)
    assert [answers[0], answers[1], answers[3]] == [2, 4, 6]


async def test_an_asker_who_left_is_not_asked_for() -> None:
    calls = Calls()
    gathering = Gathering(calls, in_flight=1)
    first, second, third = [*await asked(gathering, 1), *await asked(gathering, 2, 3)]
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    calls.go_on.set()
    assert await asyncio.gather(first, third) == [2, 6]
    assert calls.made == [[1], [3]]


async def test_a_call_for_one_is_made_in_its_askers_context_and_a_shared_one_in_nobodys() -> None:
    calls = Calls()
    gathering = Gathering(calls, in_flight=1)
    ASKER.set("ada")
    tasks = [*await asked(gathering, 1), *await asked(gathering, 2, 3)]
    calls.go_on.set()
    await asyncio.gather(*tasks)
    assert calls.askers == ["ada", "nobody"]


async def test_who_comes_while_a_call_is_followed_waits_for_its_end() -> None:
    calls, passed = Calls(), asyncio.Event()
    calls.go_on.set()
    followed: list[list[int]] = []

    async def follow(answers: Sequence[int]) -> None:
        followed.append(list(answers))
        await passed.wait()

    gathering = Gathering(calls, in_flight=1, follow=follow)
    first = await asked(gathering, 1)
    assert await asyncio.gather(*first) == [2], "whoever is answered waits for nobody"
    later = [*await asked(gathering, 2), *await asked(gathering, 3)]
    assert calls.made == [[1]]
    passed.set()
    assert await asyncio.gather(*later) == [4, 6]
    assert calls.made == [[1], [2, 3]]
    assert followed == [[2], [4, 6]]


async def test_a_patient_call_waits_for_others() -> None:
    """By the loop's own clock: who comes before its time is up goes with it, however few calls are free."""
    calls = Calls()
    calls.go_on.set()
    gathering = Gathering(calls, patience=0.05)
    first = await asked(gathering, 1)
    assert calls.made == []
    answers = await asyncio.gather(*first, *await asked(gathering, 2, 3))
    assert (answers, calls.made) == ([2, 4, 6], [[1, 2, 3]])
    assert await gathering(4) == 8


async def test_what_follows_may_fail_and_nobody_is_left_waiting() -> None:
    calls, passed = Calls(), asyncio.Event()
    calls.go_on.set()

    async def follow(answers: Sequence[int]) -> None:
        await passed.wait()
        raise RuntimeError("it does not follow")

    gathering = Gathering(calls, in_flight=1, follow=follow)
    tasks = [*await asked(gathering, 1), *await asked(gathering, 2)]
    passed.set()
    assert await asyncio.wait_for(asyncio.gather(*tasks), timeout=20) == [2, 4]
