"""The kill sweep, generated from the step tables: every kill point × every step × every mode, and double kills.

A case names points that must be reached: one whose fault never fires fails.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from subgraphs.order.checkout.receive_webhook import WEBHOOK_STEPS
from subgraphs.order.saga.definition import Saga
from subgraphs.order.saga.kill_points import (
    AFTER_INTENT,
    AFTER_RECORD,
    AFTER_REMOTE,
    BEFORE_RELAY_ACK,
    MID_COMPENSATION,
    MID_RECOVERY,
    STEP_PHASES,
)
from tests.fault.modes import BOUGHT, MODES, Mode, Run, Turn
from tests.fixtures.steps import SAGAS

Sagas = Mapping[str, Saga[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One case: the points at which a process dies, one after the other."""

    mode: str
    points: tuple[str, ...]

    @property
    def id(self) -> str:
        return f"{self.mode}-{'-then-'.join(self.points)}"

    @property
    def relay_dies(self) -> bool:
        return any(point.endswith(BEFORE_RELAY_ACK) for point in self.points)


@dataclass(frozen=True)
class Lane:
    """A step in one direction, on the way of a saga."""

    name: str
    stands: bool
    """Whether a saga can be left at it in its log."""
    undoing: bool

    @property
    def phases(self) -> tuple[str, ...]:
        return (*STEP_PHASES[:-1], MID_COMPENSATION, STEP_PHASES[-1]) if self.undoing else STEP_PHASES


def lanes(saga: Saga[Any, Any], run: Run) -> list[Lane]:
    """The way, from the step table."""
    first = saga.index(run.first) if run.first else 0
    last = saga.index(run.last) if run.last else len(saga.steps) - 1
    there = [
        Lane(step.name, stands(saga, first + at), undoing=False) for at, step in enumerate(saga.steps[first : last + 1])
    ]
    if run.turn is Turn.NOWHERE:
        return there
    undone = saga.steps[: last + 1] if run.turn is Turn.AT_LAST else saga.steps[:last]
    back = [Lane(f"undo_{s.name}", s.undo.calls, undoing=True) for s in reversed(undone) if s.undo is not None]
    return there + back


def stands(saga: Saga[Any, Any], position: int) -> bool:
    """What needs no call is settled on the way, what is asked ahead is answered before the saga is there, and what
    comes after a step that is recorded with it is not recorded for itself."""
    step = saga.steps[position]
    return step.do.calls and not step.ahead and not (position and saga.steps[position - 1].with_next)


def left_at(way: Sequence[Lane], place: int, phase: str) -> str | None:
    """Where a saga whose engine died stands in its log.

    None: the saga is not there, or where it stands is before this way.
    """
    if way[place].stands and phase in {AFTER_INTENT, AFTER_REMOTE, MID_COMPENSATION}:
        return way[place].name
    return next((lane.name for lane in reversed(way[:place]) if lane.stands), None)


def single_kills(sagas: Sagas = SAGAS, modes: Mapping[str, Mode] = MODES) -> Iterator[Kill]:
    for name, mode in modes.items():
        for run in mode.runs:
            for lane in lanes(sagas[run.saga], run):
                for phase in lane.phases:
                    yield Kill(mode=name, points=(f"{lane.name}.{phase}",))
        if mode.webhooks:
            for step, phases in WEBHOOK_STEPS.items():
                for phase in phases:
                    yield Kill(mode=name, points=(f"{step}.{phase}",))
        before = len(BOUGHT) if mode.errand.after_purchase else 0
        for event in mode.history[before:]:
            if event != "order.fulfilled":
                yield Kill(mode=name, points=(f"{event}.{BEFORE_RELAY_ACK}",))


def double_kills(sagas: Sagas = SAGAS, modes: Mapping[str, Mode] = MODES) -> Iterator[Kill]:
    """The recovery is killed too: when it takes the saga up and, in some modes, in every phase of the same step."""
    for name, mode in modes.items():
        for run in mode.runs:
            way = lanes(sagas[run.saga], run)
            for place in range(len(way)):
                for points in pairs(mode, way, place) if mode.doubles else taken_up(mode, way, place, AFTER_REMOTE):
                    yield Kill(mode=name, points=points)
        if mode.webhooks:
            for step, phases in WEBHOOK_STEPS.items():
                for phase in phases:
                    yield Kill(mode=name, points=(f"{step}.{phases[0]}", f"{step}.{phase}"))


def pairs(mode: Mode, way: Sequence[Lane], place: int) -> Iterator[tuple[str, str]]:
    """After the record the saga is past the step, so that cannot come first."""
    lane = way[place]
    for first in lane.phases:
        if first != AFTER_RECORD:
            yield from taken_up(mode, way, place, first)
            for second in lane.phases:
                yield f"{lane.name}.{first}", f"{lane.name}.{second}"


def taken_up(mode: Mode, way: Sequence[Lane], place: int, first: str) -> Iterator[tuple[str, str]]:
    """A saga whose try was recorded as one to be repeated is claimed as for that: it dies when it is called again."""
    standing = left_at(way, place, first)
    if standing is not None:
        again = standing == mode.retried != way[place].name
        yield f"{way[place].name}.{first}", f"{standing}.{AFTER_INTENT if again else MID_RECOVERY}"


def sweep(seed: int, most: int) -> Sequence[Kill]:
    """In an order drawn by `seed`, those first that cover all phases and errands; the first `most` of it (0: all)."""
    cases = [*single_kills(), *double_kills()]
    random.Random(seed).shuffle(cases)
    seen: set[str] = set()
    first: list[Kill] = []
    for kill in cases:
        new = {kill.points[-1].rpartition(".")[2], MODES[kill.mode].errand.value} - seen
        if new:
            seen |= new
            first.append(kill)
    cases = [*first, *(kill for kill in cases if kill not in first)]
    return cases[:most] if most else cases
