"""An engine's leases: who holds a saga, who takes it up, and who may not write any more."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from subgraphs.order.saga.definition import Action, Saga, Step
from subgraphs.order.saga.engine import Engine, EngineSettings
from subgraphs.order.saga.log import SagaState
from subgraphs.order.saga.outcome import Done, Outcome, Retry
from subgraphs.order.saga.transition import Claimed, Clock
from tests.fakes.saga_log import MemorySagaLog
from tests.fixtures.sagas import Script, begin, ended, running, saga


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


async def test_a_lease_is_written_anew_only_when_a_part_of_it_is_over():
    log = MemorySagaLog()
    engine = Engine(saga(Script()), log.open, settings=EngineSettings())
    async with log.open() as work:
        claimed: Claimed[str] = (await engine.begin(work, [("order", "buyer", "a")]))[0]
    clock = Clock(now=datetime.now(UTC), time=claimed.until - 29, lease=timedelta(seconds=30))
    assert clock.lease_of(claimed) == {"renewed": False}
    later = Clock(now=clock.now, time=claimed.until - 20, lease=clock.lease)
    assert later.lease_of(claimed) == {"due_at": clock.now + timedelta(seconds=30)}
