"""Steps that are recorded together with the next one, or with the saga's beginning."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.log import SagaState
from subgraphs.order.saga.outcome import Done, Retry
from tests.fakes.saga_log import MemorySagaLog
from tests.fixtures.sagas import QUICK, Script, begin, ended, refuse, running


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
