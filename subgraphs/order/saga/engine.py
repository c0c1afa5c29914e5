"""Runs one saga definition: claims what is due and steps sets of sagas; `recording` writes what comes of it.

Crash-safe by construction: what a step intends is written before it is done, what came of it is written with the claim
of the next step, and every write names the epoch of the claim, so that two engines never both act.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import structlog

from chassis.ids import new_id
from subgraphs.order.saga.definition import Saga
from subgraphs.order.saga.kill_points import (
    AFTER_INTENT,
    AFTER_RECORD,
    AFTER_REMOTE,
    BEFORE_INTENT,
    MID_RECOVERY,
    Reached,
    never,
)
from subgraphs.order.saga.lane import Lane
from subgraphs.order.saga.log import SagaRow, SagaState, SagaWork
from subgraphs.order.saga.outcome import Done, NotReached, Outcome
from subgraphs.order.saga.recording import ACTIVE, RECORDERS, Recorded, Recorder, goes_on
from subgraphs.order.saga.transition import Claimed

log = structlog.get_logger("saga")

S = TypeVar("S")
W = TypeVar("W", bound=SagaWork)
NOTHING_KNOWN: Mapping[str, Any] = MappingProxyType({})


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
        self._held: dict[str, Claimed[S]] = {}
        """Sagas in our hands, by id."""
        self._lanes: dict[tuple[int, bool], Lane[S]] = {}
        self._recorder = Recorder(
            saga,
            open_work,
            self._lanes,
            lease=settings.lease,
            reached=reached,
            recorded=self._go_on,
            in_hand=self.in_hand,
        )
        for position, step in enumerate(saga.steps):
            self._lanes[position, False] = self._lane(position, undoing=False)
            if step.undo is not None:
                self._lanes[position, True] = self._lane(position, undoing=True)

    def _lane(self, position: int, *, undoing: bool) -> Lane[S]:
        step, batch = self.saga.steps[position], self._settings.batch
        return Lane(
            step,
            position,
            undoing=undoing,
            batch=batch,
            reached=self._reached,
            finished=self._recorder.finish,
        )

    def in_hand(self) -> int:
        """How many sagas it works on, without those that wait for others to come."""
        return len(self._held) - sum(lane.lingering for lane in self._lanes.values())

    async def run(self) -> None:
        """Until cancelled; then what is in hand is let go, for whoever runs next."""
        try:
            async with asyncio.TaskGroup() as group:
                for lane in self._lanes.values():
                    group.create_task(lane.run())
                for _ in range(RECORDERS):
                    group.create_task(self._recorder.run())
                group.create_task(self._claim_for_ever())
        finally:
            await self._let_go()

    async def _let_go(self) -> None:
        held, self._held = [claimed.claim for claimed in self._held.values()], {}
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

    async def ask_ahead(self, states: Sequence[S], seconds: float) -> list[Outcome[S]] | None:
        """What the first step answers for sagas that are not begun yet; None where that is not known in so long."""
        step = self.saga.steps[0]
        if not step.ahead or step.do.together is None:
            return None
        self._reached(step.name, BEFORE_INTENT)
        self._reached(step.name, AFTER_INTENT)
        try:
            async with asyncio.timeout(seconds):
                outcomes = list(await step.do.together(states))
        except Exception as error:  # noqa: BLE001  (the saga asks for itself then, and sees to what goes wrong)
            log.warning("saga.not_asked_ahead", step=step.name, size=len(states), error=repr(error))
            return None
        self._reached(step.name, AFTER_REMOTE)
        return outcomes

    async def begin(
        self, work: W, new: Sequence[tuple[str, str, S]], known: Mapping[str, Outcome[S]] = NOTHING_KNOWN
    ) -> list[Claimed[S]]:
        """Adds a saga for each (order id, buyer id, state), claimed by this engine; `take` them after the commit.

        `known` are what the first step answers, by order id: those sagas are past it from the beginning.
        """
        claims = [self._first(order_id, buyer_id, state) for order_id, buyer_id, state in new]
        answered = [(one, known[one.row.order_id]) for one in claims if one.row.order_id in known]
        begun: Recorded[S] = [(one, one.row) for one in claims if one.row.order_id not in known]
        begun += await self._recorder.advance(work, self.saga.steps[0].do, answered, [])
        # What is new has no lease yet that could be left as it is.
        await work.sagas.add(self.saga.name, [replace(row, renewed=True) for _, row in begun])
        mine = [claimed for claimed, row in begun if goes_on(row)]
        await self._recorder.prepare(work, mine)
        return mine

    def _first(self, order_id: str, buyer_id: str, state: S) -> Claimed[S]:
        row = SagaRow(
            id=new_id("sag"),
            order_id=order_id,
            buyer_id=buyer_id,
            state=SagaState.RUNNING,
            step=self.saga.steps[0].name,
            epoch=1,
            attempts=0,
            version=self.saga.version,
            payload=self.saga.dump(state),
            due_at=self._recorder.clock().lease_end,
        )
        return self._claimed(row, state)

    def take(self, claims: Iterable[Claimed[S]]) -> None:
        """Of sagas that were begun."""
        for claimed in claims:
            for step in self.saga.steps[: claimed.position]:
                self._reached(step.name, AFTER_RECORD)
            self._take(claimed)

    def _take(self, claimed: Claimed[S]) -> None:
        self._held[claimed.row.id] = claimed
        self._lanes[claimed.position, claimed.undoing].put(claimed)

    async def resolve(self, row: SagaRow) -> None:
        """An operator saw to the effect of the step where it stands: it is recorded as done, and the saga goes on."""
        claimed = self._read(row)
        lane = self._lanes[claimed.position, claimed.undoing]
        await self._recorder.record([(lane, [(claimed, Done(state=claimed.state))])])

    async def _claim_for_ever(self) -> None:
        while True:
            self._poke.clear()
            try:
                full = await self.claim_due()
            except NotReached as error:
                log.warning("saga.log_not_reached", error=str(error))
                full = False
            self._drop_lost()
            if not full:
                await self._rest()

    def _drop_lost(self) -> None:
        """Those whose lease ended before anything could be recorded: whoever claims them has them now. Counted on,
        they would hold up every recording for the others."""
        now = asyncio.get_running_loop().time()
        for lost in [saga_id for saga_id, claimed in self._held.items() if claimed.until <= now]:
            del self._held[lost]

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
            await self._recorder.prepare(work, claims)
        for claimed in claims:
            if goes_on(claimed.row):
                self._reached(self._lanes[claimed.position, claimed.undoing].name, MID_RECOVERY)
        for claimed in claims:
            self._take(claimed)
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

    def _go_on(self, recorded: Recorded[S]) -> None:
        now = datetime.now(UTC)
        loop = asyncio.get_running_loop()
        for moved, row in recorded:
            self._held.pop(row.id, None)
            if goes_on(row):
                self._take(moved)
            elif row.state in ACTIVE:
                loop.call_later(max(0.0, (row.due_at - now).total_seconds()) + 0.01, self._poke.set)
            if row.state is SagaState.NEEDS_ATTENTION:
                log.error(
                    "saga.needs_attention", saga_id=row.id, order_id=row.order_id, step=row.step, error=row.last_error
                )
