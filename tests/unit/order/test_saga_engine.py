"""The engine's protocol, on steps that do nothing but tell what was asked of them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis import tasks
from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.engine import Engine, EngineSettings
from subgraphs.order.saga.log import SagaState
from subgraphs.order.saga.outcome import Done, NotReached, Outcome, Parked, Refused, Retry
from subgraphs.order.saga.retry import RetryPolicy
from subgraphs.order.saga.transition import Claimed, Clock
from tests.fakes.saga_log import MemorySagaLog

QUICK = RetryPolicy(attempts=3, first=0.001, longest=0.001)
Answer = Callable[[str], Outcome[str]]


@dataclass
class Script:
    """What each step answers, by its name; every step not named is done. `calls` is what was asked, in order."""

    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list[tuple[str, tuple[str, ...]]])
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def together(self, name: str) -> Any:
        async def call(states: Sequence[str]) -> list[Outcome[str]]:
            self.calls.append((name, tuple(states)))
            if name == "gated":
                await self.gate.wait()
            return [self.answers.get(name, lambda state: Done(state=state))(state) for state in states]

        return call

    def settled(self, name: str) -> Any:
        async def settle(_: MemorySagaLog, outcomes: Sequence[Outcome[str]]) -> Sequence[Outcome[str]]:
            self.calls.append((name, tuple(outcome.state for outcome in outcomes)))
            return outcomes

        return settle

    async def undone(self, _: MemorySagaLog, sagas: Sequence[tuple[str, str]]) -> None:
        self.told += sagas

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]


def saga(script: Script, *, undo_unknown: bool = True) -> Saga[str, MemorySagaLog]:
    def both(name: str) -> tuple[Action[str, MemorySagaLog], Action[str, MemorySagaLog]]:
        return Action(together=script.together(name)), Action(together=script.together(f"undo_{name}"))

    first, undo_first = both("first")
    second, undo_second = both("second")
    return Saga(name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"], undone=script.undone, steps=(
        Step(name="first", do=first, undo=undo_first, retry=QUICK, undo_retry=QUICK),
        Step(name="second", do=second, undo=undo_second, retry=QUICK, undo_retry=QUICK, undo_unknown=undo_unknown),
        Step(name="pivot", do=Action(settle=script.settled("pivot")), pivot=True),
        Step(name="last", do=Action(together=script.together("last")), retry=QUICK),
    ))  # fmt: skip


@contextlib.asynccontextmanager
async def running(
    definition: Saga[str, MemorySagaLog], log: MemorySagaLog, lease: float = 30
) -> AsyncGenerator[Engine[str, MemorySagaLog]]:
    engine = Engine(definition, log.open, settings=EngineSettings(lease=lease, poll=0.005))
    task = asyncio.create_task(engine.run())
    try:
        yield engine
    finally:
        await tasks.ended(task)


async def begin(engine: Engine[str, MemorySagaLog], log: MemorySagaLog, *states: str) -> None:
    async with log.open() as work:
        claims = await engine.begin(work, [(f"order-{state}", "buyer", state) for state in states])
    engine.take(claims)


async def ended(log: MemorySagaLog, state: SagaState) -> None:
    async with asyncio.timeout(30):
        while not all(row.state is state for row in log.rows.values()):
            await asyncio.sleep(0.002)


async def run(script: Script, state: SagaState, *states: str, **options: Any) -> MemorySagaLog:
    """All sagas, until they are in the state."""
    log = MemorySagaLog()
    async with running(saga(script, **options), log) as engine:
        await begin(engine, log, *(states or ("a",)))
        await ended(log, state)
    return log


def refuse(state: str) -> Outcome[str]:
    return Refused(state=state, reason="NO")


def unknown(state: str) -> Outcome[str]:
    return Retry(state=state, error="no answer", unknown=True)


async def test_steps_run_in_order_and_the_saga_is_done():
    script = Script()
    await run(script, SagaState.DONE)
    assert script.names == ["first", "second", "pivot", "last"]


async def test_each_step_is_asked_once_for_all_that_wait():
    script = Script()
    log = await run(script, SagaState.DONE, "a", "b", "c")
    assert script.calls == [(name, ("a", "b", "c")) for name in ("first", "second", "pivot", "last")]
    # One recording a step that calls; the pivot rides with the step before it.
    assert log.saves == 3


async def test_a_refusal_is_undone_in_reverse_order():
    script = Script(answers={"second": refuse})
    await run(script, SagaState.COMPENSATED)
    assert script.names == ["first", "second", "undo_first"]
    assert script.told == [("a", "NO")]


async def test_a_refusal_that_may_have_an_effect_is_undone_itself_too():
    script = Script(answers={"second": lambda state: Refused(state=state, reason="NO", undo_this=True)})
    await run(script, SagaState.COMPENSATED)
    assert script.names == ["first", "second", "undo_second", "undo_first"]


async def test_one_refusal_does_not_touch_the_others():
    script = Script(answers={"second": lambda state: refuse(state) if state == "b" else Done(state=state)})
    log = MemorySagaLog()
    async with running(saga(script), log) as engine:
        await begin(engine, log, "a", "b")
        async with asyncio.timeout(30):
            while {row.state for row in log.rows.values()} != {SagaState.DONE, SagaState.COMPENSATED}:
                await asyncio.sleep(0.002)
    assert script.told == [("b", "NO")]
    assert ("last", ("a",)) in script.calls


async def test_a_step_that_cannot_be_done_is_given_up_and_undone():
    script = Script(answers={"second": lambda state: Retry(state=state, error="busy")})
    await run(script, SagaState.COMPENSATED)
    assert script.names == ["first", "second", "second", "second", "undo_second", "undo_first"]
    assert script.told == [("a", "UNAVAILABLE")]


async def test_an_unknown_effect_is_never_undone_where_that_is_unsafe():
    script = Script(answers={"second": unknown})
    log = await run(script, SagaState.NEEDS_ATTENTION, undo_unknown=False)
    assert script.names == ["first", "second", "second", "second"]
    assert [row.last_error for row in log.rows.values()] == ["no answer"]


async def test_after_the_pivot_there_is_only_forward():
    script = Script(answers={"last": refuse})
    await run(script, SagaState.NEEDS_ATTENTION)
    assert script.names == ["first", "second", "pivot", "last"]


async def test_an_undo_that_fails_for_good_asks_an_operator():
    script = Script(answers={"second": refuse, "undo_first": unknown})
    await run(script, SagaState.NEEDS_ATTENTION)
    assert script.names == ["first", "second", "undo_first", "undo_first", "undo_first"]


async def test_a_poison_saga_is_found_by_halving_and_does_not_hold_up_the_others():
    def explode(state: str) -> Outcome[str]:
        if state == "poison":
            raise ValueError(state)
        return Done(state=state)

    script = Script(answers={"second": explode})
    log = MemorySagaLog()
    async with running(saga(script), log) as engine:
        await begin(engine, log, "a", "b", "poison", "c")
        async with asyncio.timeout(30):
            while sum(row.state is SagaState.DONE for row in log.rows.values()) < 3:
                await asyncio.sleep(0.002)
    sizes = [len(states) for name, states in script.calls if name == "second"]
    assert sizes[:5] == [4, 2, 2, 1, 1]


async def test_a_neighbour_that_is_away_is_waited_for_by_all_without_halving():
    away = iter([True, False])

    def answer(state: str) -> Outcome[str]:
        if state == "a" and next(away):
            raise NotReached("catalog")
        return Done(state=state)

    script = Script(answers={"first": answer})
    await run(script, SagaState.DONE, "a", "b")
    assert [states for name, states in script.calls if name == "first"] == [("a", "b"), ("a", "b")]


async def test_a_parked_saga_waits_without_a_lease_until_it_is_woken():
    parked = iter([True, False])
    until = datetime.now(UTC) + timedelta(hours=1)
    script = Script(answers={"second": lambda s: Parked(state=s, until=until) if next(parked) else Done(state=s)})
    log = MemorySagaLog()
    async with running(saga(script), log) as engine:
        await begin(engine, log, "a")
        await ended(log, SagaState.PARKED)
        log.later = timedelta(hours=2)
        engine.wake()
        await ended(log, SagaState.DONE)
    assert script.names == ["first", "second", "second", "pivot", "last"]


async def test_what_waits_while_a_batch_is_in_flight_makes_the_next_batch():
    script = Script()
    definition = Saga(
        name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"],
        steps=(Step(name="gated", do=Action(together=script.together("gated"))),),
    )  # fmt: skip
    log = MemorySagaLog()
    async with running(definition, log) as engine:
        await begin(engine, log, "a")
        while not script.calls:
            await asyncio.sleep(0)
        for state in ("b", "c", "d"):
            await begin(engine, log, state)
        script.gate.set()
        await ended(log, SagaState.DONE)
    assert [states for _, states in script.calls] == [("a",), ("b", "c", "d")]


async def test_a_killed_engines_sagas_are_taken_up_by_another():
    script = Script()
    log = MemorySagaLog()
    async with running(saga(script), log) as engine, log.open() as work:
        await engine.begin(work, [("order", "buyer", "a")])  # never taken: the process died here
    log.later = timedelta(minutes=1)
    async with running(saga(script), log):
        await ended(log, SagaState.DONE)
    assert script.names == ["first", "second", "pivot", "last"]


async def test_a_stopped_engine_lets_go_of_what_it_holds():
    script = Script()
    definition = Saga(
        name="test",
        version=1,
        dump=lambda s: {"s": s},
        load=lambda p, _: p["s"],
        steps=(Step(name="gated", do=Action(together=script.together("gated"))),),
    )
    log = MemorySagaLog()
    async with running(definition, log) as engine:
        await begin(engine, log, "a")
        while not script.calls:
            await asyncio.sleep(0)
    script.gate.set()
    async with running(definition, log):
        await ended(log, SagaState.DONE)


async def test_a_late_result_of_an_engines_own_earlier_claim_is_fenced_off():
    """It lost the saga to its lease's end and claimed it anew: both results come to be recorded at once."""
    asked: list[str] = []
    settled: list[list[str]] = []
    gate = asyncio.Event()

    async def ask(state: str) -> Outcome[str]:
        asked.append(state)
        late = len(asked) == 1
        await gate.wait()
        return Retry(state=state, error="late", unknown=True) if late else Done(state=state)

    async def settle(_: MemorySagaLog, outcomes: Sequence[Outcome[str]]) -> Sequence[Outcome[str]]:
        settled.append([type(outcome).__name__ for outcome in outcomes])
        return outcomes

    step = Step(name="only", do=Action(each=ask, settle=settle), pivot=True)
    log = MemorySagaLog()
    definition = Saga(name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"], steps=(step,))
    async with running(definition, log, lease=0.05) as engine:
        await begin(engine, log, "a")
        async with asyncio.timeout(30):
            while len(asked) < 2:
                await asyncio.sleep(0.001)
        gate.set()
        await ended(log, SagaState.DONE)
    assert settled == [["Done"]]


async def test_an_engine_that_lost_its_lease_cannot_write():
    script = Script()
    definition = Saga(
        name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"],
        steps=(Step(name="gated", do=Action(together=script.together("gated"), settle=script.settled("settled"))),),
    )  # fmt: skip
    log = MemorySagaLog()
    async with running(definition, log) as engine:
        await begin(engine, log, "a")
        while not script.calls:
            await asyncio.sleep(0)
        (row,) = log.rows.values()
        await log.save([row])
        log.rows[row.id] = type(row)(**{**row.__dict__, "epoch": row.epoch + 1})  # claimed by another
        script.gate.set()
        await asyncio.sleep(0.05)
        assert "settled" not in script.names
        assert log.rows[row.id].state is SagaState.RUNNING


async def test_an_engine_counts_no_saga_that_another_has_taken():
    script = Script()
    step = Step(name="gated", do=Action(together=script.together("gated")))
    log = MemorySagaLog()
    definition = Saga(name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"], steps=(step,))
    async with running(definition, log, lease=0.05) as engine:
        await begin(engine, log, "a")
        (row,) = log.rows.values()
        log.rows[row.id] = replace(row, epoch=row.epoch + 1, due_at=row.due_at + timedelta(days=1))
        script.gate.set()
        async with asyncio.timeout(30):
            while engine.in_hand():
                await asyncio.sleep(0.002)


async def test_an_unreadable_saga_is_flagged_and_the_others_go_on():
    script = Script()
    log = MemorySagaLog()
    async with running(saga(script), log) as engine, log.open() as work:
        await engine.begin(work, [("order-a", "buyer", "a"), ("order-b", "buyer", "b")])
    first, _ = log.rows.values()
    log.rows[first.id] = type(first)(**{**first.__dict__, "step": "forgotten"})
    log.later = timedelta(minutes=1)
    async with running(saga(script), log), asyncio.timeout(30):
        while {row.state for row in log.rows.values()} != {SagaState.DONE, SagaState.NEEDS_ATTENTION}:
            await asyncio.sleep(0.002)


@pytest.mark.parametrize("attempts", [0, 1, 5, 50])
def test_backoff_grows_is_bounded_and_jitters(attempts: int):
    policy = RetryPolicy(attempts=100, first=0.1, longest=3)
    delays = {policy.delay(attempts) for _ in range(50)}
    bound = min(3, 0.1 * 2**attempts)
    assert all(bound / 2 <= delay <= bound for delay in delays)
    assert len(delays) > 1


def fused(script: Script, second: str = "kept") -> Saga[str, MemorySagaLog]:
    """`held` is recorded with the second step."""
    held = Action(together=script.together("held"), settle=script.settled("settle_held"))
    kept = Action(together=script.together(second), settle=script.settled("settle_kept"))
    undo = Action[str, MemorySagaLog](together=script.together("undo_held"))
    return Saga(name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"], undone=script.undone, steps=(
        Step(name="held", do=held, undo=undo, with_next=True, retry=QUICK),
        Step(name=second, do=kept, retry=QUICK),
        Step(name="pivot", do=Action(), pivot=True),
    ))  # fmt: skip


async def run_fused(script: Script, state: SagaState, *states: str) -> MemorySagaLog:
    log = MemorySagaLog()
    async with running(fused(script), log) as engine:
        await begin(engine, log, *states)
        await ended(log, state)
    return log


async def test_a_step_recorded_with_the_next_one_is_settled_before_it_in_one_recording():
    script = Script(answers={"held": lambda state: Done(state=state + "+")})
    log = await run_fused(script, SagaState.DONE, "a", "b")
    both = ("a+", "b+")
    assert script.calls == [("held", ("a", "b")), ("kept", both), ("settle_held", both), ("settle_kept", both)]
    assert log.saves == 1


async def test_an_engine_that_ends_before_the_joint_recording_has_both_repeated():
    script = Script()
    log = MemorySagaLog()
    async with running(fused(script, "gated"), log) as engine:
        await begin(engine, log, "a")
        async with asyncio.timeout(30):
            while "gated" not in script.names:
                await asyncio.sleep(0.001)
    (row,) = log.rows.values()
    assert (row.step, log.saves) == ("held", 0)
    script.gate.set()
    async with running(fused(script, "gated"), log):
        await ended(log, SagaState.DONE)
    assert script.names == ["held", "gated", "held", "gated", "settle_held", "settle_kept"]


async def test_a_refusal_of_the_next_step_undoes_the_one_recorded_with_it():
    script = Script(answers={"kept": refuse})
    await run_fused(script, SagaState.COMPENSATED, "a")
    assert script.names == ["held", "kept", "settle_held", "settle_kept", "undo_held"]
    assert script.told == [("a", "NO")]


async def test_a_next_step_that_cannot_be_done_yet_is_tried_again_alone():
    away = iter([True, False])
    script = Script(answers={"kept": lambda s: Retry(state=s, error="busy") if next(away) else Done(state=s)})
    await run_fused(script, SagaState.DONE, "a")
    assert script.names == ["held", "kept", "settle_held", "settle_kept", "kept", "settle_kept"]


async def test_what_is_not_done_is_recorded_at_once():
    script = Script(answers={"held": refuse})
    await run_fused(script, SagaState.COMPENSATED, "a")
    assert script.names == ["held", "settle_held"]


async def test_a_first_step_asked_ahead_is_recorded_with_the_sagas_beginning():
    script = Script(answers={"held": lambda state: refuse(state) if state == "b" else Done(state=state)})
    plain = fused(script)
    definition = replace(plain, steps=(replace(plain.steps[0], with_next=False, ahead=True), *plain.steps[1:]))
    log = MemorySagaLog()
    async with running(definition, log) as engine:
        outcomes = await engine.ask_ahead(["a", "b"], seconds=5)
        assert outcomes is not None
        async with log.open() as work:
            known = dict(zip(("order-a", "order-b"), outcomes, strict=True))
            new = [(f"order-{state}", "buyer", state) for state in ("a", "b", "c")]
            claims = await engine.begin(work, new, known)
        stand = {row.order_id: (row.state, row.step, row.renewed) for row in log.rows.values()}
        assert stand["order-a"] == (SagaState.RUNNING, "kept", True)
        assert stand["order-b"][0] is SagaState.COMPENSATED
        assert stand["order-c"][:2] == (SagaState.RUNNING, "held")
        engine.take(claims)
        async with asyncio.timeout(30):
            while sum(row.state is SagaState.DONE for row in log.rows.values()) < 2:
                await asyncio.sleep(0.002)
    assert script.told == [("b", "NO")]


async def test_a_first_step_that_does_not_answer_ahead_is_left_to_the_saga():
    script = Script()
    gated = Saga(
        name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"],
        steps=(Step(name="gated", do=Action(together=script.together("gated")), ahead=True),),
    )  # fmt: skip
    log = MemorySagaLog()
    async with running(gated, log) as engine:
        assert await engine.ask_ahead(["a"], seconds=0.01) is None
        script.gate.set()
        await begin(engine, log, "a")
        await ended(log, SagaState.DONE)


@pytest.mark.parametrize("place", ["prepared", "undone", "local", "last"])
def test_only_a_repeatable_step_without_an_effect_of_its_own_can_follow_unrecorded(place: str):
    script = Script()
    call = script.together("call")

    async def prepare(_: MemorySagaLog, states: Sequence[str]) -> None: ...

    following: dict[str, list[Step[str, MemorySagaLog]]] = {
        "prepared": [Step(name="next", do=Action(together=call, prepare=prepare))],
        "undone": [Step(name="next", do=Action(together=call), undo=Action(together=call))],
        "local": [Step(name="next", do=Action(settle=script.settled("next")))],
        "last": [],
    }
    with pytest.raises(ValueError, match="first cannot be recorded with the next step"):
        Saga(
            name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"],
            steps=(Step(name="first", do=Action(together=call), with_next=True), *following[place]),
        )  # fmt: skip


async def test_a_patient_step_takes_who_comes_in_its_time():
    script = Script()
    patient = Saga(
        name="test", version=1, dump=lambda s: {"s": s}, load=lambda p, _: p["s"],
        steps=(Step(name="only", do=Action(together=script.together("only"), patience=0.05)),),
    )  # fmt: skip
    log = MemorySagaLog()
    async with running(patient, log) as engine:
        await begin(engine, log, "a")
        await asyncio.sleep(0)
        await begin(engine, log, "b")
        await ended(log, SagaState.DONE)
    assert script.calls == [("only", ("a", "b"))]


async def test_a_lease_is_written_anew_only_when_a_part_of_it_is_over():
    log = MemorySagaLog()
    engine = Engine(saga(Script()), log.open, settings=EngineSettings())
    async with log.open() as work:
        claimed: Claimed[str] = (await engine.begin(work, [("order", "buyer", "a")]))[0]
    clock = Clock(now=datetime.now(UTC), time=claimed.until - 29, lease=timedelta(seconds=30))
    assert clock.lease_of(claimed) == {"renewed": False}
    later = Clock(now=clock.now, time=claimed.until - 20, lease=clock.lease)
    assert later.lease_of(claimed) == {"due_at": clock.now + timedelta(seconds=30)}
