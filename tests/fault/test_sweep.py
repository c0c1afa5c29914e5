"""The sweep is generated from the step tables: it knows every step, every phase and every event."""

from dataclasses import replace

import pytest

from infra.payment_sandbox.cards import Card
from subgraphs.order.saga.definition import Action, Step
from subgraphs.order.saga.kill_points import MID_RECOVERY, PHASES, STEP_PHASES
from tests.fault.modes import MODES, Errand
from tests.fault.sweep import double_kills, lanes, single_kills, sweep
from tests.fixtures.steps import SAGAS


def test_the_sweep_knows_every_step():
    names = {point.rpartition(".")[0] for kill in sweep(1, 0) for point in kill.points}
    steps = {step.name for saga in SAGAS.values() for step in saga.steps}
    undone = {f"undo_{step.name}" for saga in SAGAS.values() for step in saga.steps if step.undo is not None}
    assert steps | undone <= names
    assert {event for mode in MODES.values() for event in mode.history} - {"order.fulfilled"} <= names


def test_every_card_of_the_provider_is_a_mode():
    # To ordering one decline is like another.
    used = {mode.token.removeprefix("tok_").partition("+")[0] for mode in MODES.values()}
    assert used == {card.value for card in Card} - {Card.INSUFFICIENT_FUNDS}


def test_recovery_is_killed_at_every_step_in_every_mode():
    killed = {(kill.mode, kill.points[1]) for kill in double_kills() if kill.points[1].endswith(MID_RECOVERY)}
    for name, mode in MODES.items():
        for run in mode.runs:
            left = [lane.name for lane in lanes(SAGAS[run.saga], run) if lane.stands]
            assert left
            assert {(name, f"{step}.{MID_RECOVERY}") for step in left} <= killed


def test_the_sweep_knows_every_phase():
    assert {point.rpartition(".")[2] for kill in sweep(1, 0) for point in kill.points} == set(PHASES)


def test_the_order_is_drawn_by_the_seed_and_each_case_is_there_once():
    whole = [kill.id for kill in sweep(1, 0)]
    assert len(set(whole)) == len(whole)
    assert whole == [kill.id for kill in sweep(1, 0)] != [kill.id for kill in sweep(2, 0)]
    assert whole[:5] == [kill.id for kill in sweep(1, 5)]


@pytest.mark.parametrize("saga", SAGAS)
def test_a_new_step_is_killed_unasked(saga: str):
    """Once alone in every phase, and with its recovery, wherever it is put."""

    async def call(states: object) -> list[object]:
        return []

    known = SAGAS[saga]
    step = Step(name="made_up", do=Action(together=call), undo=Action(together=call))
    sagas = SAGAS | {saga: replace(known, steps=(known.steps[0], step, *known.steps[1:]))}
    alone = {point for kill in single_kills(sagas) for point in kill.points}
    assert {f"made_up.{phase}" for phase in STEP_PHASES} <= alone
    assert saga != "checkout" or f"undo_made_up.{STEP_PHASES[1]}" in alone
    assert any(point.startswith("made_up.") for kill in double_kills(sagas) for point in kill.points[1:])


@pytest.mark.parametrize("seed", range(1, 20))
def test_a_slice_covers_every_phase_and_errand(seed: int):
    part = sweep(seed, 15)
    assert {kill.points[-1].rpartition(".")[2] for kill in part} == set(PHASES)
    assert {MODES[kill.mode].errand for kill in part} == set(Errand)
