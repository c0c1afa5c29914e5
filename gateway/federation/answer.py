"""Rows → the answer: by the plan's program when all is plain, by its careful program when something is wrong, and by
the exact walk over the same rows when neither can."""

import gc
from dataclasses import dataclass
from typing import Any

import orjson

from chassis.graph.fields import Form
from gateway.federation.execute import Run
from gateway.federation.plan import Asked
from gateway.federation.program import Program
from gateway.federation.project import project
from gateway.federation.repair import repaired
from gateway.federation.troubles import MAX_VALUES, AnswerTooLarge, Trouble

LARGE = 5_000
"""Values. Such an answer becomes JSON while the collector rests: it never gets to see the answer's objects."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """An answer, and who wrote it."""

    data: dict[str, Any] | orjson.Fragment | None
    """Objects, or already JSON."""
    errors: list[Trouble]
    compiled: bool


def write(run: Run) -> Written:
    """`data` and errors of an operation whose rows are all there. Raises AnswerTooLarge."""
    collecting = gc.isenabled()
    # Thousands of objects come at once and none is cyclic: a third of the time would go to looking through them.
    gc.disable()
    try:
        return _write(run)
    finally:
        if collecting:
            gc.enable()


def _write(run: Run) -> Written:
    while run.program is not None:
        try:
            weight = heaviest(run, run.program)
            if weight > MAX_VALUES:
                break
            data, errors = repaired(run, run.program) if run.program.is_careful else (written(run, run.program), [])
            is_large = weight > LARGE and not run.plan.introspection
            return Written(data=orjson.Fragment(orjson.dumps(data)) if is_large else data, errors=errors, compiled=True)
        except AnswerTooLarge:
            raise
        except Exception:  # noqa: BLE001 (not for this program)
            run.program = run.program.careful
    data, errors = project(run)
    return Written(data=data, errors=errors, compiled=False)


def written(run: Run, program: Program) -> dict[str, Any]:
    """Children first: an entity's object is made once and shared by all places that show it. Raises for any value
    that is not the plain case."""
    given = run.given()
    shown: list[Any] = [None] * len(program.fetches)
    for functions in reversed(program.fetches):
        fetch = functions.fetch
        held = run.held[fetch.number]
        objects = functions.project(held.values, given, *[shown[child.number] for child in fetch.children])
        match fetch.asked.owned.form:
            case Form.LINK:
                shown[fetch.number] = dict(zip(held.parents, objects, strict=True))
            case Form.BATCHED:
                shown[fetch.number] = iter(objects).__next__
            case _:
                shown[fetch.number] = objects[0]
    root = run.plan.root
    return {
        asked.key: shown[asked.fetch.number]
        if isinstance(asked, Asked) and asked.fetch
        else (root.type_name if asked.name == "__typename" else None)
        for asked in root.asked
    }


def heaviest(run: Run, program: Program) -> int:
    """At most so many values are written. What a link shows is written as often as it is referred to."""
    given = run.given()
    copies: list[int] = []
    total = 0
    for functions in program.fetches:
        held = run.held[functions.fetch.number]
        here = copies[functions.parent] if functions.parent >= 0 else 1
        copies.append(here * held.most_references)
        total += copies[-1] * functions.weigh(held.values, given)
    return total
