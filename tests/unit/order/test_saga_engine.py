"""The engine's protocol, on steps that do nothing but tell what was asked of them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.log import SagaState
from subgraphs.order.saga.outcome import Done, NotReached, Outcome, Parked, Refused, Retry
from subgraphs.order.saga.retry import RetryPolicy
from tests.fakes.saga_log import MemorySagaLog
from tests.fixtures.sagas import Script, begin, ended, refuse, run, running, saga, unknown


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
