"""What came of the calls is written: all that is finished, whatever its step, in one transaction.

With it go the claim of the next step and what that intends, so that a saga stands in its log where it can be taken up.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import structlog

from subgraphs.order.saga.definition import Action, Saga
from subgraphs.order.saga.kill_points import (
    AFTER_INTENT,
    AFTER_RECORD,
    AFTER_REMOTE,
    BEFORE_INTENT,
    MID_COMPENSATION,
    Reached,
)
from subgraphs.order.saga.lane import Finished, Lane
from subgraphs.order.saga.log import SagaRow, SagaState, SagaWork
from subgraphs.order.saga.outcome import Done, NotReached, Outcome, Retry
from subgraphs.order.saga.transition import Claimed, Clock, transition

log = structlog.get_logger("saga")

S = TypeVar("S")
W = TypeVar("W", bound=SagaWork)
Lanes = Mapping[tuple[int, bool], Lane[S]]
"""By position, and whether undoing."""
Recorded = list[tuple[Claimed[S], SagaRow]]
Groups = Sequence[tuple[Lane[S], Finished[S]]]
"""What is finished, by lane."""
RECORDERS = 2
"""Recordings at a time: while one waits for its commit, the other is written."""
BEAT_SECONDS, LONGEST_BEAT_SECONDS = 0.0005, 0.02
"""Between two recordings: for each saga in hand, and at most."""
ACTIVE = frozenset({SagaState.RUNNING, SagaState.COMPENSATING})


class Recorder(Generic[S, W]):
    """Records for one engine. `recorded` is told what is committed, `in_hand` says how many sagas the engine holds."""

    def __init__(
        self,
        saga: Saga[S, W],
        open_work: Callable[[], AbstractAsyncContextManager[W]],
        lanes: Lanes[S],
        *,
        lease: float,
        reached: Reached,
        recorded: Callable[[Recorded[S]], None],
        in_hand: Callable[[], int],
    ) -> None:
        self._saga = saga
        self._open = open_work
        self._lanes = lanes
        self._lease = lease
        self._reached = reached
        self._tell = recorded
        self._in_hand = in_hand
        self._finished: dict[Lane[S], list[tuple[Claimed[S], Outcome[S]]]] = {}
        self._ready = asyncio.Event()
        self._next = 0.0

    def finish(self, lane: Lane[S], results: Finished[S]) -> None:
        """Has them recorded, soon."""
        self._finished.setdefault(lane, []).extend(results)
        self._ready.set()

    async def run(self) -> None:
        """Until cancelled. The more sagas are in hand, the longer finished ones are gathered: a recording costs much
        whatever its size, and what is recorded together is called together afterwards."""
        loop = asyncio.get_running_loop()
        while True:
            await self._ready.wait()
            if (early := self._next - loop.time()) > 0:
                await asyncio.sleep(early)
            self._next = loop.time() + min(BEAT_SECONDS * self._in_hand(), LONGEST_BEAT_SECONDS)
            groups, self._finished = self._carry(self._finished), {}
            self._ready.clear()
            if groups:
                await self.record(groups)

    def _carry(self, finished: Mapping[Lane[S], Finished[S]]) -> Groups[S]:
        """Takes those that are recorded with their next step there; the others are to be recorded now."""
        groups: list[tuple[Lane[S], Finished[S]]] = []
        for lane, results in finished.items():
            onward = lane.step.with_next and not lane.undoing
            now = [one for one in results if not (onward and isinstance(one[1], Done))]
            if now:
                groups.append((lane, now))
            if len(now) < len(results):
                following = self._lanes[lane.position + 1, False]
                self._reached(following.name, BEFORE_INTENT)
                for claimed, outcome in results:
                    if isinstance(outcome, Done):
                        following.put(claimed.onward(outcome.state))
        return groups

    async def record(self, groups: Groups[S]) -> None:
        """A recording that fails as a whole is repeated in halves; a poison saga alone is retried by its lane."""
        names: list[str] = []
        try:
            recorded = await self._write([(lane, lane.action, results) for lane, results in groups], names)
        except NotReached as error:
            sagas = sum(len(results) for _, results in groups)
            log.warning("saga.not_recorded", steps=[lane.name for lane, _ in groups], size=sagas, error=str(error))
            return
        except Exception as error:  # noqa: BLE001
            await self._record_apart(groups, error)
            return
        for name in names:
            self._reached(name, AFTER_RECORD)
        self._tell(recorded)

    async def _record_apart(self, groups: Groups[S], error: Exception) -> None:
        log.warning("saga.record_failed", steps=[lane.name for lane, _ in groups], exc_info=error)
        if len(groups) > 1:
            for group in groups:
                await self.record([group])
            return
        lane, results = groups[0]
        if len(results) > 1:
            half = len(results) // 2
            await self.record([(lane, results[:half])])
            await self.record([(lane, results[half:])])
            return
        claimed = results[0][0].stored
        failed: Outcome[S] = Retry(state=claimed.state, error=repr(error), unknown=True)
        try:
            self._tell(await self._write([(lane, Action[S, W](), [(claimed, failed)])], []))
        except Exception:
            log.exception("saga.left_to_its_lease", step=lane.name, saga_id=claimed.row.id)

    async def _write(
        self, groups: Sequence[tuple[Lane[S], Action[S, W], Finished[S]]], names: list[str]
    ) -> Recorded[S]:
        """`names` gets the steps that are recorded."""
        claims = [claimed.claim for _, _, results in groups for claimed, _ in results]
        recorded: Recorded[S] = []
        async with self._open() as work:
            held = await work.sagas.hold(claims, self._changed_orders(groups))
            if len(held) < len(claims):
                log.warning("saga.fenced_off", lost=len(claims) - len(held))
            for lane, action, results in groups:
                mine = [(claimed, outcome) for claimed, outcome in results if claimed.claim in held]
                mine, ended = await self._settle_carried(work, lane, mine, names)
                names.append(lane.name)
                recorded += ended + await self.advance(work, action, mine, names)
            await work.sagas.save([row for _, row in recorded])
            await self.prepare(work, [claimed for claimed, row in recorded if goes_on(row)])
        return recorded

    async def _settle_carried(
        self, work: W, lane: Lane[S], results: Finished[S], names: list[str]
    ) -> tuple[Finished[S], Recorded[S]]:
        """Settles the step before where it is recorded with this one: those that stand at this one then, and those
        that turned out otherwise."""
        before: list[tuple[Claimed[S], Outcome[S]]] = [
            (one.before, Done(state=one.state)) for one, _ in results if one.before is not None
        ]
        if not before:
            return results, []
        names.append(self._lanes[lane.position - 1, False].name)
        recorded = await self.advance(work, self._saga.action(lane.position - 1, undoing=False), before, names)
        here = {moved.claim: moved for moved, row in recorded if goes_on(row) and moved.position == lane.position}
        others = [one for one in recorded if one[0].claim not in here]
        moved = [(here.get(one.claim, one), outcome) for one, outcome in results]
        return [one for one in moved if one[0].before is None], others

    def _changed_orders(self, groups: Iterable[tuple[Lane[S], object, Finished[S]]]) -> list[str]:
        return [
            claimed.row.order_id
            for lane, _, results in groups
            if self._saga.locks(lane.position, undoing=lane.undoing)
            for claimed, _ in results
        ]

    async def advance(self, work: W, action: Action[S, W], results: Finished[S], names: list[str]) -> Recorded[S]:
        """Settles a set, moves each member on, and settles at once the steps that need no call; `names` gets these."""
        if not results:
            return []
        outcomes: Sequence[Outcome[S]] = [outcome for _, outcome in results]
        if action.settle is not None:
            outcomes = await action.settle(work, outcomes)
        first = results[0][0]
        if first.undoing:
            self._reached(self._lanes[first.position, True].name, MID_COMPENSATION)
        clock = self.clock()
        final: Recorded[S] = []
        local: list[Claimed[S]] = []
        for (claimed, _), outcome in zip(results, outcomes, strict=True):
            row = transition(self._saga, claimed, outcome, clock)
            moved = self._after(claimed, row, outcome.state)
            if goes_on(row) and not self._saga.action(moved.position, undoing=moved.undoing).calls:
                local.append(moved)
            else:
                final.append((moved, row))
        await self._tell_undone(work, final)
        for place, group in _by_place(local).items():
            lane = self._lanes[place]
            names.append(lane.name)
            self._reached(lane.name, BEFORE_INTENT)
            self._reached(lane.name, AFTER_INTENT)
            done: list[tuple[Claimed[S], Outcome[S]]] = [(claimed, Done(state=claimed.state)) for claimed in group]
            final += await self.advance(work, lane.action, done, names)
            self._reached(lane.name, AFTER_REMOTE)
        return final

    async def _tell_undone(self, work: W, recorded: Recorded[S]) -> None:
        if self._saga.undone is None:
            return
        undone = [(moved.state, row.reason or "") for moved, row in recorded if row.state is SagaState.COMPENSATED]
        if undone:
            await self._saga.undone(work, undone)

    def _after(self, claimed: Claimed[S], row: SagaRow, state: S) -> Claimed[S]:
        until = asyncio.get_running_loop().time() + self._lease if row.renewed else claimed.until
        undoing = row.state is SagaState.COMPENSATING
        return Claimed(row=row, state=state, position=self._saga.index(row.step), undoing=undoing, until=until)

    async def prepare(self, work: W, claims: Iterable[Claimed[S]]) -> None:
        """Writes what is intended with the step where each stands."""
        for place, group in _by_place(claims).items():
            lane = self._lanes[place]
            self._reached(lane.name, BEFORE_INTENT)
            if lane.action.prepare is not None:
                await lane.action.prepare(work, [claimed.state for claimed in group])

    def clock(self) -> Clock:
        time = asyncio.get_running_loop().time()
        return Clock(now=datetime.now(UTC), time=time, lease=timedelta(seconds=self._lease))


def goes_on(row: SagaRow) -> bool:
    """It keeps its lease and goes to its next step at once (a retry waits instead)."""
    return row.state in ACTIVE and row.attempts == 0 and row.last_error is None


def _by_place(claims: Iterable[Claimed[S]]) -> dict[tuple[int, bool], list[Claimed[S]]]:
    groups: dict[tuple[int, bool], list[Claimed[S]]] = defaultdict(list)
    for claimed in claims:
        groups[claimed.position, claimed.undoing].append(claimed)
    return groups
