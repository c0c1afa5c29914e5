"""Runs one saga definition: claims what is due, steps sets of sagas, records each set in one transaction.

Crash-safe by construction: what a step intends is written before it is done, what came of it is written with the claim
of the next step, and every write names the epoch of the claim, so that two engines never both act.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import structlog

from chassis.ids import new_id
from subgraphs.order.saga.definition import Action, Saga
from subgraphs.order.saga.kill_points import (
    AFTER_INTENT,
    AFTER_RECORD,
    AFTER_REMOTE,
    BEFORE_INTENT,
    MID_COMPENSATION,
    MID_RECOVERY,
    Reached,
    never,
)
from subgraphs.order.saga.lane import Finished, Lane
from subgraphs.order.saga.log import SagaRow, SagaState, SagaWork
from subgraphs.order.saga.outcome import Done, NotReached, Outcome, Retry
from subgraphs.order.saga.transition import Claimed, Clock, transition

log = structlog.get_logger("saga")

S = TypeVar("S")
W = TypeVar("W", bound=SagaWork)
Recorded = list[tuple[Claimed[S], SagaRow]]
Groups = Sequence[tuple[Lane[S], Finished[S]]]
"""What is finished, by lane."""
RECORDERS = 2
"""Recordings at a time: while one waits for its commit, the other is written."""
BEAT_SECONDS, LONGEST_BEAT_SECONDS = 0.0005, 0.02
"""Between two recordings: for each saga in hand, and at most."""
ACTIVE = frozenset({SagaState.RUNNING, SagaState.COMPENSATING})


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    lease: float = 30.0
    """Seconds a claim lasts; a killed engine's sagas are taken up after it."""
    poll: float = 1.0
    """Seconds between looks for due sagas, when nothing wakes the engine before."""
    batch: int = 256
    """The most sagas in one call and one transaction."""


class Engine(Generic[S, W]):
    def __init__(
        self,
        saga: Saga[S, W],
        open_work: Callable[[], AbstractAsyncContextManager[W]],
        *,
        settings: EngineSettings,
        reached: Reached = never,
    ) -> None:
        self.saga = saga
        self._open = open_work
        self._settings = settings
        self._reached = reached
        self._poke = asyncio.Event()
        self._held: dict[str, int] = {}
        """Sagas in our hands, with the epoch of our claim."""
        self._finished: dict[Lane[S], list[tuple[Claimed[S], Outcome[S]]]] = {}
        self._ready = asyncio.Event()
        self._next_recording = 0.0
        self._lanes: dict[tuple[int, bool], Lane[S]] = {}
        for position, step in enumerate(saga.steps):
            self._lanes[position, False] = self._lane(position, undoing=False)
            if step.undo is not None:
                self._lanes[position, True] = self._lane(position, undoing=True)

    def _lane(self, position: int, *, undoing: bool) -> Lane[S]:
        step, batch = self.saga.steps[position], self._settings.batch
        return Lane(step, position, undoing=undoing, batch=batch, reached=self._reached, finished=self._finish)

    async def run(self) -> None:
        """Until cancelled; then what is in hand is let go, for whoever runs next."""
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self._lanes.values():
                    group.create_task(lane.run())
                for _ in range(RECORDERS):
                    group.create_task(self._record_for_ever())
                group.create_task(self._claim_for_ever())
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        held, self._held = list(self._held.items()), {}
        if not held:
            return
        try:
            async with self._open() as work:
                await work.sagas.release(held)
        except NotReached as error:
            log.warning("saga.left_to_leases", sagas=len(held), error=str(error))

    def wake(self) -> None:
        """Something became due."""
        self._poke.set()

    async def begin(self, work: W, new: Sequence[tuple[str, str, S]]) -> list[Claimed[S]]:
        """Adds a saga for each (order id, buyer id, state), claimed by this engine; `take` them after the commit."""
        first = self.saga.steps[0]
        rows = [
            SagaRow(
                id=new_id("sag"),
                order_id=order_id,
                buyer_id=buyer_id,
                state=SagaState.RUNNING,
                step=first.name,
                epoch=1,
                attempts=0,
                version=self.saga.version,
                payload=self.saga.dump(state),
                due_at=self._clock().lease_end,
            )
            for order_id, buyer_id, state in new
        ]
        await work.sagas.add(self.saga.name, rows)
        claims = [self._claimed(row, state) for row, (_, _, state) in zip(rows, new, strict=True)]
        await self._prepare(work, claims)
        return claims

    def take(self, claims: Iterable[Claimed[S]]) -> None:
        for claimed in claims:
            self._held[claimed.row.id] = claimed.row.epoch
            self._lanes[claimed.position, claimed.undoing].put(claimed)

    async def resolve(self, row: SagaRow) -> None:
        """An operator saw to the effect of the step where it stands: it is recorded as done, and the saga goes on."""
        claimed = self._read(row)
        lane = self._lanes[claimed.position, claimed.undoing]
        await self._record([(lane, [(claimed, Done(state=claimed.state))])])

    async def _claim_for_ever(self) -> None:
        while True:
            self._poke.clear()
            try:
                full = await self.claim_due()
            except NotReached as error:
                log.warning("saga.log_not_reached", error=str(error))
                full = False
            if not full:
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._settings.poll):
                await self._poke.wait()
        except TimeoutError:
            return

    async def claim_due(self) -> bool:
        """Takes up what is due; true when there may be more."""
        claims: list[Claimed[S]] = []
        async with self._open() as work:
            rows = await work.sagas.claim(self.saga.name, limit=self._settings.batch, lease=self._settings.lease)
            if not rows:
                return False
            strange: list[SagaRow] = []
            for row in rows:
                try:
                    claims.append(self._read(row))
                except Exception as error:
                    log.exception("saga.unreadable", saga_id=row.id, step=row.step)
                    strange.append(replace(row, state=SagaState.NEEDS_ATTENTION, last_error=repr(error)))
            if strange:
                await work.sagas.save(strange)
            await self._prepare(work, claims)
        for claimed in claims:
            if self._goes_on(claimed.row):
                self._reached(self._lanes[claimed.position, claimed.undoing].name, MID_RECOVERY)
        self.take(claims)
        return len(rows) == self._settings.batch

    def _read(self, row: SagaRow) -> Claimed[S]:
        if row.state is SagaState.PARKED:
            row = replace(row, state=SagaState.RUNNING)
        return self._claimed(row, self.saga.load(row.payload, row.version))

    def _claimed(self, row: SagaRow, state: S) -> Claimed[S]:
        until = asyncio.get_running_loop().time() + self._settings.lease
        undoing = row.state is SagaState.COMPENSATING
        position = self.saga.index(row.step)
        self.saga.action(position, undoing=undoing)
        return Claimed(row=row, state=state, position=position, undoing=undoing, until=until)

    async def _prepare(self, work: W, claims: Sequence[Claimed[S]]) -> None:
        for (position, undoing), group in _by_place(claims).items():
            lane = self._lanes[position, undoing]
            self._reached(lane.name, BEFORE_INTENT)
            if lane.action.prepare is not None:
                await lane.action.prepare(work, [claimed.state for claimed in group])

    def _finish(self, lane: Lane[S], results: Finished[S]) -> None:
        self._finished.setdefault(lane, []).extend(results)
        self._ready.set()

    async def _record_for_ever(self) -> None:
        """All that is finished, whatever its step, in one transaction; while it commits, the next gathers.

        The more sagas are in hand, the longer: a recording costs much whatever its size, and what is recorded together
        is called together afterwards.
        """
        loop = asyncio.get_running_loop()
        while True:
            await self._ready.wait()
            if (early := self._next_recording - loop.time()) > 0:
                await asyncio.sleep(early)
            self._next_recording = loop.time() + min(BEAT_SECONDS * len(self._held), LONGEST_BEAT_SECONDS)
            groups, self._finished = list(self._finished.items()), {}
            self._ready.clear()
            if groups:
                await self._record(groups)

    async def _record(self, groups: Groups[S]) -> None:
        """A recording that fails as a whole is repeated in halves; a poison saga alone is retried by its lane."""
        local: list[str] = []
        try:
            recorded = await self._write([(lane, lane.action, results) for lane, results in groups], local)
        except NotReached as error:
            sagas = sum(len(results) for _, results in groups)
            log.warning("saga.not_recorded", steps=[lane.name for lane, _ in groups], size=sagas, error=str(error))
            return
        except Exception as error:  # noqa: BLE001
            await self._record_apart(groups, error)
            return
        for name in [*(lane.name for lane, _ in groups), *local]:
            self._reached(name, AFTER_RECORD)
        self._go_on(recorded)

    async def _record_apart(self, groups: Groups[S], error: Exception) -> None:
        log.warning("saga.record_failed", steps=[lane.name for lane, _ in groups], exc_info=error)
        if len(groups) > 1:
            for group in groups:
                await self._record([group])
            return
        lane, results = groups[0]
        if len(results) > 1:
            half = len(results) // 2
            await self._record([(lane, results[:half])])
            await self._record([(lane, results[half:])])
            return
        claimed, _ = results[0]
        failed: Outcome[S] = Retry(state=claimed.state, error=repr(error), unknown=True)
        try:
            self._go_on(await self._write([(lane, Action[S, W](), [(claimed, failed)])], []))
        except Exception:
            log.exception("saga.left_to_its_lease", step=lane.name, saga_id=claimed.row.id)

    async def _write(
        self, groups: Sequence[tuple[Lane[S], Action[S, W], Finished[S]]], local: list[str]
    ) -> Recorded[S]:
        """`local` gets the names of the call-free steps settled on the way."""
        claims = [claimed.claim for _, _, results in groups for claimed, _ in results]
        recorded: Recorded[S] = []
        async with self._open() as work:
            held = await work.sagas.hold(claims, self._changed_orders(groups))
            if len(held) < len(claims):
                log.warning("saga.fenced_off", lost=len(claims) - len(held))
            for _, action, results in groups:
                mine = [(claimed, outcome) for claimed, outcome in results if claimed.claim in held]
                recorded += await self._advance(work, action, mine, local)
            await work.sagas.save([row for _, row in recorded])
            await self._prepare(work, [claimed for claimed, row in recorded if self._goes_on(row)])
        return recorded

    def _changed_orders(self, groups: Iterable[tuple[Lane[S], object, Finished[S]]]) -> list[str]:
        return [
            claimed.row.order_id
            for lane, _, results in groups
            if self.saga.locks(lane.position, undoing=lane.undoing)
            for claimed, _ in results
        ]

    async def _advance(self, work: W, action: Action[S, W], results: Finished[S], names: list[str]) -> Recorded[S]:
        """Settles a set, moves each member on, and settles at once the steps that need no call."""
        if not results:
            return []
        outcomes: Sequence[Outcome[S]] = [outcome for _, outcome in results]
        if action.settle is not None:
            outcomes = await action.settle(work, outcomes)
        first = results[0][0]
        if first.undoing:
            self._reached(self._lanes[first.position, True].name, MID_COMPENSATION)
        clock = self._clock()
        final: Recorded[S] = []
        local: list[Claimed[S]] = []
        for (claimed, _), outcome in zip(results, outcomes, strict=True):
            row = transition(self.saga, claimed, outcome, clock)
            moved = self._after(claimed, row, outcome.state)
            if self._goes_on(row) and not self.saga.action(moved.position, undoing=moved.undoing).calls:
                local.append(moved)
            else:
                final.append((moved, row))
        await self._tell_undone(work, final)
        for (position, undoing), group in _by_place(local).items():
            lane = self._lanes[position, undoing]
            names.append(lane.name)
            self._reached(lane.name, BEFORE_INTENT)
            self._reached(lane.name, AFTER_INTENT)
            done: list[tuple[Claimed[S], Outcome[S]]] = [(claimed, Done(state=claimed.state)) for claimed in group]
            final += await self._advance(work, lane.action, done, names)
            self._reached(lane.name, AFTER_REMOTE)
        return final

    async def _tell_undone(self, work: W, recorded: Recorded[S]) -> None:
        if self.saga.undone is None:
            return
        undone = [(moved.state, row.reason or "") for moved, row in recorded if row.state is SagaState.COMPENSATED]
        if undone:
            await self.saga.undone(work, undone)

    def _after(self, claimed: Claimed[S], row: SagaRow, state: S) -> Claimed[S]:
        until = asyncio.get_running_loop().time() + self._settings.lease if row.renewed else claimed.until
        undoing = row.state is SagaState.COMPENSATING
        return Claimed(row=row, state=state, position=self.saga.index(row.step), undoing=undoing, until=until)

    def _goes_on(self, row: SagaRow) -> bool:
        """It keeps its lease and goes to its next step at once (a retry waits instead)."""
        return row.state in ACTIVE and row.attempts == 0 and row.last_error is None

    def _go_on(self, recorded: Recorded[S]) -> None:
        now = datetime.now(UTC)
        loop = asyncio.get_running_loop()
        for moved, row in recorded:
            self._held.pop(row.id, None)
            if self._goes_on(row):
                self.take([moved])
            elif row.state in ACTIVE:
                loop.call_later(max(0.0, (row.due_at - now).total_seconds()) + 0.01, self._poke.set)
            if row.state is SagaState.NEEDS_ATTENTION:
                log.error(
                    "saga.needs_attention", saga_id=row.id, order_id=row.order_id, step=row.step, error=row.last_error
                )

    def _clock(self) -> Clock:
        time = asyncio.get_running_loop().time()
        return Clock(now=datetime.now(UTC), time=time, lease=timedelta(seconds=self._settings.lease))


def _by_place(claims: Iterable[Claimed[S]]) -> dict[tuple[int, bool], list[Claimed[S]]]:
    groups: dict[tuple[int, bool], list[Claimed[S]]] = defaultdict(list)
    for claimed in claims:
        groups[claimed.position, claimed.undoing].append(claimed)
    return groups
