"""One operation executed three ways over the same backend: graphql-core's own, the program, the exact walk alone."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    parse,
    print_ast,
    validate,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import Visitor

from chassis.errors import EmporiumError
from gateway.federation.answer import Written, write
from gateway.federation.compose import compose
from gateway.federation.execute import Run, subscribe
from gateway.federation.generate import generate
from gateway.federation.plan import Plan, plan_operation
from gateway.federation.program import Program
from gateway.federation.troubles import Trouble
from tests.fakes.graphql_core import references, with_resolvers
from tests.fakes.operations import Operations
from tests.fakes.shop_backend import ADMIN, SHOPPER, Backend, ShopContext
from tests.fakes.shop_slices import SLICES

RPCS = (
    "catalog.BatchGetProducts",
    "catalog.BatchGetCategories",
    "catalog.BatchListCategoryProducts",
    "account.BatchGetUsers",
    "orders.ListOrders",
    "orders.BatchListOrdersOfCustomers",
)
"""What may be too slow."""
GRAPH = compose(SLICES)
REFERENCE = with_resolvers(compose(SLICES))


@dataclass(frozen=True)
class Printed:
    """A document's text, when somebody wants to read it."""

    document: DocumentNode

    def __str__(self) -> str:
        return print_ast(self.document)


@dataclass
class Tally:
    """What the generated operations reached."""

    features: Counter[str] = field(default_factory=Counter)
    depths: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def histogram(self) -> str:
        lines: list[str] = []
        for title, counts in (("feature", self.features), ("depth", self.depths), ("fault", self.faults)):
            lines += [f"{title:8} {name!s:28} {count:6}" for name, count in sorted(counts.items(), key=str)]
        return "\n".join(lines)


def prepare(document: DocumentNode, variables: dict[str, Any]) -> tuple[Plan, VariableValues]:
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    values = get_variable_values(GRAPH.schema, operation.variable_definitions or (), variables)
    assert isinstance(values, VariableValues), values
    return plan_operation(GRAPH, document, operation, values), values


async def executed(plan: Plan, values: VariableValues, context: ShopContext, program: Program | None = None) -> Written:
    run = Run(plan, context, values, program)
    await run.fetch_all()
    return write(run)


async def answers(
    plan: Plan, values: VariableValues, context: ShopContext, program: Program | None = None
) -> list[Written]:
    """One; of a subscription one for every event. Its source's failure is the last."""
    if plan.operation.operation is not OperationType.SUBSCRIPTION:
        return [await executed(plan, values, context, program)]
    found: list[Written] = []
    try:
        async for run in subscribe(plan, context, values, program):
            found.append(write(run))
    except (EmporiumError, GraphQLError) as error:
        asked = plan.roots[0].asked
        trouble = Trouble(asked, error, (asked.key,))
        found.append(Written(data=None, errors=[trouble], compiled=program is not None))
    return found


def ordered(value: Any) -> Any:
    """Dicts compared with the order of their keys, numbers with their types. A large answer is JSON already."""
    if isinstance(value, orjson.Fragment):
        value = orjson.loads(orjson.dumps(value))
    if isinstance(value, dict):
        return [(key, ordered(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [ordered(item) for item in value]
    return (type(value).__name__, value)


def below_null(data: Any, path: list[Any]) -> bool:
    for key in path:
        if data is None:
            return True
        data = data[key]
    return False


async def compare(
    document: DocumentNode,
    variables: dict[str, Any],
    *,
    down: set[str],
    caller: Any,
    tally: Tally,
    slow: frozenset[str] = frozenset(),
) -> None:
    """Same data and same error paths, or AssertionError."""
    text = Printed(document)

    def backend() -> Backend:
        return Backend(down=down, slow=set(slow))

    expected = await references(REFERENCE, document, ShopContext(backend(), caller), variables)
    plan, values = prepare(document, variables)
    asked, walked = backend(), backend()
    ours = await answers(plan, values, ShopContext(asked, caller), generate(plan))
    walk = await answers(plan, values, ShopContext(walked, caller))
    assert len(ours) == len(walk) == len(expected), f"another number of answers: {text}"
    assert asked.log == walked.log if plan.serial else asked.calls == walked.calls, f"other calls: {text}"
    for mine, exact, theirs in zip(ours, walk, expected, strict=True):
        assert mine.compiled, f"not written by the program: {text}"
        assert not exact.compiled, f"not written by the walk: {text}"
        assert told(mine) == told(exact), f"program and walk tell other errors: {text}"
        for written in (mine, exact):
            _equal(written, theirs, text)
        _count(document, theirs.data, {tuple(error.path or ()) for error in theirs.errors or ()}, tally)
    tally.faults["service down"] += bool(down)
    tally.faults["call too slow"] += bool(slow)
    tally.faults["fields refused"] += any(asked.owned.permission.refusal(caller) for asked in plan.guarded)


def told(written: Written) -> list[tuple[Any, ...]]:
    return sorted(((error.path, type(error.cause), str(error.cause)) for error in written.errors), key=str)


def _equal(written: Written, theirs: ExecutionResult, text: Printed) -> None:
    assert ordered(written.data) == ordered(theirs.data), f"{text}"
    mine = [error.path for error in written.errors]
    expected = {tuple(error.path or ()) for error in theirs.errors or ()}
    assert len(set(mine)) == len(mine), f"an error reported twice: {text}"
    assert expected <= set(mine), f"an error is missing: {text}"
    # graphql-core stops at the first null violation of a selection set; the gateway reports all.
    assert all(path in expected or below_null(theirs.data, list(path)) for path in mine), f"one too many: {text}"


def _count(document: DocumentNode, data: Any, errors: set[Any], tally: Tally) -> None:
    seen = _Features()
    visit(document, seen)
    tally.features.update(seen.found)
    tally.features["operations"] += 1
    tally.features[document.definitions[0].operation.value] += 1  # type: ignore[attr-defined]
    tally.depths[seen.deepest] += 1
    tally.faults["none"] += not errors
    tally.faults["errors"] += bool(errors)
    tally.faults["data: null"] += data is None
    tally.faults["error in a list"] += any(isinstance(key, int) for path in errors for key in path)


class _Features(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.depth = self.deepest = 0

    def enter_field(self, node: Any, *_: Any) -> None:
        if node.alias:
            self.found.add("alias")
        if node.name.value == "__typename":
            self.found.add("__typename")
        if node.arguments:
            self.found.add("arguments")
        self.found.add(f"field {node.name.value}")

    def enter_selection_set(self, *_: Any) -> None:
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)

    def leave_selection_set(self, *_: Any) -> None:
        self.depth -= 1

    def enter_inline_fragment(self, node: Any, *_: Any) -> None:
        self.found.add("inline fragment" if node.type_condition else "fragment without a type")

    def enter_fragment_spread(self, *_: Any) -> None:
        self.found.add("named fragment")

    def enter_directive(self, node: Any, *_: Any) -> None:
        self.found.add(f"@{node.name.value}")

    def enter_argument(self, node: Any, *_: Any) -> None:
        if node.value.kind == "variable":
            self.found.add("argument from a variable")


async def compare_random(seed: int, count: int, tally: Tally) -> None:
    """So many random operations of one seed."""
    operations = Operations(GRAPH.schema, seed)
    ran = 0
    while ran < count:
        text, variables = operations.next()
        document = parse(text, no_location=True)
        if any("never used" not in problem.message for problem in validate(GRAPH.schema, document)):
            continue
        ran += 1
        down = (
            {operations.random.choice(["catalog", "orders", "account"])} if operations.random.random() < 0.1 else set()
        )
        caller = SHOPPER if operations.random.random() < 0.3 else ADMIN
        slow = frozenset({operations.random.choice(RPCS)}) if operations.random.random() < 0.15 else frozenset[str]()
        await compare(document, variables, down=down, slow=slow, caller=caller, tally=tally)
