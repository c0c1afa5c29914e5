"""What a plan will do, before it runs, and what it did, after.

0  products                    root
1  products.nodes.category     link to Category, after 0
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import REMOVE, DocumentNode, OperationDefinitionNode, Visitor, visit
from graphql.execution.values import VariableValues

from chassis.graph.fields import Form
from gateway.federation.execute import Held, Run, is_list
from gateway.federation.graph import Graph
from gateway.federation.lookups import MAX_BATCH
from gateway.federation.plan import Fetch, Plan, Shape, plan_operation
from gateway.sharing.answers import Sources

NO_VARIABLES = VariableValues(sources={}, coerced={})
KEYS_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """One fetch of a plan."""

    fetch: Fetch
    path: tuple[str, ...]
    """Response keys, without list indexes."""
    after: int | None
    """The fetch whose rows it needs; None: it starts at once."""
    round: int
    """How many steps wait for each other up to this one, itself included."""

    @property
    def asks(self) -> str:
        """What is called."""
        asked = self.fetch.asked
        return f"{asked.named.name} by id" if asked.owned.form is Form.LINK else f"{asked.owned.slice}: {asked.name}"

    @property
    def shared_as(self) -> str:
        """What it is called where rows are shared: look-ups of one entity count together."""
        asked = self.fetch.asked
        return asked.named.name if asked.owned.form is Form.LINK else f"{asked.owned.of}.{asked.name}"


def steps(plan: Plan) -> list[Step]:
    """All fetches, parents before children."""
    return sorted(_steps(plan.root, (), None, 1), key=lambda step: step.fetch.number)


def _steps(shape: Shape, path: tuple[str, ...], after: int | None, turn: int) -> Iterator[Step]:
    for asked in shape.fields():
        here = (*path, asked.key)
        hangs_on, below = after, turn
        if asked.fetch is not None:
            yield Step(fetch=asked.fetch, path=here, after=after, round=turn)
            hangs_on, below = asked.fetch.number, turn + 1
        for each in asked.shapes.values():
            yield from _steps(each, here, hangs_on, below)


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What an operation costs at most, whatever its variables and its data are: a step is one call for all its rows,
    and one more for every further thousand."""

    calls: int
    rounds: int
    """Steps that wait for each other."""
    steps: Sequence[Step]


def bound(graph: Graph, document: DocumentNode, operation: OperationDefinitionNode) -> Bound:
    """Of a valid operation, with all that `@skip` and `@include` may take away."""
    plan = whole_plan(graph, document, operation)
    taken = steps(plan)
    rounds = sum(1 for step in taken if step.after is None) if plan.serial else 0
    return Bound(calls=len(taken), rounds=max(rounds, *(step.round for step in taken), 0), steps=taken)


def whole_plan(graph: Graph, document: DocumentNode, operation: OperationDefinitionNode) -> Plan:
    """Of a valid operation, with all that `@skip` and `@include` may take away."""
    whole = visit(document, _Unconditional())
    (same,) = (
        each
        for each in whole.definitions
        if isinstance(each, OperationDefinitionNode) and _name(each) == _name(operation)
    )
    return plan_operation(graph, whole, same, NO_VARIABLES)


def _name(operation: OperationDefinitionNode) -> str:
    return operation.name.value if operation.name else ""


class _Unconditional(Visitor):
    """Takes the conditions away."""

    def enter_directive(self, node: Any, *_: Any) -> Any:
        return REMOVE if node.name.value in {"skip", "include"} else None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a report tells beside the run's own record."""

    compiled: bool
    """The program wrote the answer, not the walk."""
    reused: bool
    """The plan was there before this request."""
    write_seconds: float
    most: Mapping[int, Mapping[str, int]]
    """Fetch → units and RPCs at most."""


def report(run: Run, told: Told) -> dict[str, Any]:
    """What `extensions.plan` shows of an execution. Times are milliseconds since its start."""
    return {
        "reused": told.reused,
        "writtenBy": "program" if told.compiled else "walk",
        "writeMs": _milliseconds(told.write_seconds),
        "tookMs": _milliseconds(time.perf_counter() - run.began),
        "fetches": [_reported(run, step, told) for step in steps(run.plan)],
    }


def _reported(run: Run, step: Step, told: Told) -> dict[str, Any]:
    held = run.held[step.fetch.number]
    link = step.fetch.asked.owned.form is Form.LINK
    sources = run.trail.sources.get(step.shared_as)
    shown: dict[str, Any] = {
        "id": step.fetch.number,
        "path": list(step.path),
        "kind": str(step.fetch.asked.owned.form),
        "asks": step.asks,
        "after": step.after,
        "places": len(held.references or held.parents),
        "keys": len(held.parents),
        "keySample": list(held.parents[:KEYS_SHOWN]) if link else [],
        "calls": _calls(held, sources),
        "cache": vars(sources) if sources else None,
        "rows": rows_of(held),
        "errors": sum(map(_errors, held.values)),
        "most": told.most.get(step.fetch.number),
    }
    if held.began:
        shown["startedMs"] = _milliseconds(held.began - run.began)
        shown["tookMs"] = _milliseconds(held.ended - held.began)
    return shown


def _calls(held: Held, sources: Sources | None) -> int:
    """That were made for these keys; none when others' calls or kept rows have them all."""
    return 0 if sources and not sources.asked else -(-len(held.parents) // MAX_BATCH)


def rows_of(held: Held) -> int:
    """How many rows a fetch brought; a page counts as its nodes."""
    return sum(map(_rows, held.values))


def _rows(value: Any) -> int:
    if value is None or isinstance(value, Exception):
        return 0
    if is_list(value):
        return sum(map(_rows, value))
    nodes = getattr(value, "nodes", None)
    return len(nodes) if nodes is not None else 1


def _errors(value: Any) -> int:
    return sum(map(_errors, value)) if is_list(value) else isinstance(value, Exception)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 2)
