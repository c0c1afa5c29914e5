"""Calls that several requests wait for: natural batches, own deadlines, own cancellation, isolated failures."""

import asyncio
from collections.abc import Hashable, Mapping
from typing import Any

import pytest

from chassis import deadline, identity
from chassis.errors import DeadlineExceeded, InvalidInput, Unavailable
from chassis.identity import Caller
from gateway.sharing.lane import Batch, Lane
from gateway.sharing.store import Entry


class Subgraph:
    """Answers when told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[list[Hashable]] = []
        self.pending: list[asyncio.Future[None]] = []
        self.callers: list[Caller] = []
        self.cancelled = 0
        self.spoiled: set[Hashable] = set()
        self.error: Exception | None = None
        self.seconds: list[float] = []

    async def __call__(self, asked: Mapping[Hashable, Any], batch: Batch) -> dict[Hashable, Entry]:
        self.calls.append(list(asked))
        self.callers.append(identity.current())
        self.seconds.append(batch.until - asyncio.get_running_loop().time())
        done = asyncio.get_running_loop().create_future()
        self.pending.append(done)
        try:
            await done
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error is not None:
            raise self.error
        if self.spoiled & set(asked):
            raise InvalidInput("a key is malformed")
        return {key: Entry(f"row of {key}") for key in asked}

    def answer(self) -> None:
        self.pending.pop(0).set_result(None)


@pytest.fixture
def subgraph() -> Subgraph:
    return Subgraph()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def ask(lane: Lane, *keys: str, fresh: bool = False, seconds: float = 10) -> asyncio.Task[dict[Hashable, Any]]:
    async def rows() -> dict[Hashable, Any]:
        with deadline.within(seconds):
            found, _ = await lane.ask({key: key for key in keys}, fresh=fresh)
        return {key: entry.row for key, entry in found.items()}

    return asyncio.create_task(rows())


async def test_who_asks_in_the_same_moment_shares_a_call(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    first, second = ask(lane, "a", "b"), ask(lane, "b", "c")
    await settle()
    assert subgraph.calls == [["a", "b", "c"]]
    subgraph.answer()
    assert await first == {"a": "row of a", "b": "row of b"}
    assert await second == {"b": "row of b", "c": "row of c"}
    assert lane.idle


async def test_a_key_under_way_is_waited_for_and_others_leave_with_the_next_call(subgraph: Subgraph) -> None:
    lane = Lane(subgraph, in_flight=1)
    first = ask(lane, "a")
    await settle()
    second, third = ask(lane, "a", "b"), ask(lane, "c")
    await settle()
    assert subgraph.calls == [["a"]], "nothing is sent while a call is under way"
    subgraph.answer()
    await settle()
    assert subgraph.calls == [["a"], ["b", "c"]]
    subgraph.answer()
    assert [await first, await second, await third] == [
        {"a": "row of a"},
        {"a": "row of a", "b": "row of b"},
        {"c": "row of c"},
    ]


async def test_a_call_takes_so_many_keys_at_most(subgraph: Subgraph) -> None:
    lane = Lane(subgraph, most=2, in_flight=9)
    asking = ask(lane, "a", "b", "c", "d", "e")
    await settle()
    assert subgraph.calls == [["a", "b"], ["c", "d"], ["e"]]
    for _ in range(3):
        subgraph.answer()
    assert len(await asking) == 5


async def test_a_client_that_leaves_takes_nobody_along(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    leaving, staying = ask(lane, "a"), ask(lane, "a")
    await settle()
    leaving.cancel()
    await settle()
    assert subgraph.cancelled == 0
    subgraph.answer()
    assert await staying == {"a": "row of a"}


async def test_the_last_that_leaves_ends_the_call(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    both = [ask(lane, "a"), ask(lane, "a")]
    await settle()
    for each in both:
        each.cancel()
    await settle()
    assert subgraph.cancelled == 1
    assert lane.idle


async def test_what_nobody_wants_any_more_is_never_sent(subgraph: Subgraph) -> None:
    lane = Lane(subgraph, in_flight=1)
    first = ask(lane, "a")
    await settle()
    leaving = ask(lane, "b")
    await settle()
    leaving.cancel()
    await settle()
    subgraph.answer()
    await first
    assert subgraph.calls == [["a"]]
    assert lane.idle


async def test_a_short_deadline_ends_its_own_wait_only(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    hasty, patient = ask(lane, "a", seconds=0.01), ask(lane, "a", seconds=60)
    assert isinstance((await hasty)["a"], DeadlineExceeded)
    assert subgraph.seconds[0] > 50, "the call has the longest waiter's deadline"
    assert subgraph.cancelled == 0
    subgraph.answer()
    assert await patient == {"a": "row of a"}


async def test_a_late_asker_whose_call_had_less_time_asks_again(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    early = ask(lane, "a", seconds=5)
    await settle()
    late = ask(lane, "a", seconds=60)
    await settle()
    subgraph.error = DeadlineExceeded()
    subgraph.answer()
    assert isinstance((await early)["a"], DeadlineExceeded)
    subgraph.error = None
    await settle()
    assert subgraph.calls == [["a"], ["a"]]
    subgraph.answer()
    assert await late == {"a": "row of a"}


async def test_one_that_spoils_the_call_spoils_its_own_part_only(subgraph: Subgraph) -> None:
    subgraph.spoiled.add("?")
    lane = Lane(subgraph)
    sound, spoiling = ask(lane, "a", "b"), ask(lane, "b", "?")
    for _ in range(3):
        await settle()
        subgraph.answer()
    assert await sound == {"a": "row of a", "b": "row of b"}
    assert isinstance((await spoiling)["?"], InvalidInput)
    assert subgraph.calls == [["a", "b", "?"], ["a", "b"], ["?"]]


async def test_a_subgraph_that_is_away_is_not_asked_again_for_each(subgraph: Subgraph) -> None:
    subgraph.error = Unavailable()
    lane = Lane(subgraph)
    asking = [ask(lane, "a"), ask(lane, "b")]
    await settle()
    subgraph.answer()
    rows = [row for found in await asyncio.gather(*asking) for row in found.values()]
    assert [type(row) for row in rows] == [Unavailable, Unavailable]
    assert len(subgraph.calls) == 1


async def test_after_a_write_nothing_sent_before_is_waited_for(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    before = ask(lane, "a")
    await settle()
    after = ask(lane, "a", fresh=True)
    await settle()
    assert subgraph.calls == [["a"], ["a"]]
    subgraph.answer()
    assert await before
    assert not after.done()
    subgraph.answer()
    assert await after == {"a": "row of a"}


async def test_a_shared_call_is_nobodys(subgraph: Subgraph) -> None:
    lane = Lane(subgraph)
    with identity.acting_as(Caller(user_id="usr_1", roles=frozenset({"admin"}))):
        asking = ask(lane, "a")
        await settle()
    assert subgraph.callers == [identity.ANONYMOUS]
    subgraph.answer()
    await asking
