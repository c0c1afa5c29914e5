"""Operations over shared calls and kept rows against graphql-core's own execution: cold, warm and many at once."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

from graphql import DocumentNode, GraphQLObjectType, OperationDefinitionNode, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from chassis.graph.shared import Shared
from gateway.federation.answer import Written
from gateway.federation.compose import compose
from gateway.federation.generate import generate
from gateway.federation.graph import OWNED, Graph, owned
from gateway.federation.plan import plan_operation
from gateway.metrics import Metrics
from gateway.sharing.sharing import Sharing
from gateway.sharing.store import Store
from tests.fakes.differential import REFERENCE, below_null, executed, ordered
from tests.fakes.graphql_core import reference
from tests.fakes.operations import Operations
from tests.fakes.shop_backend import ADMIN, SHOPPER, Backend, ShopContext
from tests.fakes.shop_slices import SLICES

ENTITY = Shared(kept=60)
PAGE = Shared(kept=60, changes_with="Product", asks=("totalCount",))
FIELDS = {
    "Query.products": PAGE,
    "Query.category": replace(PAGE, changes_with="Category", asks=()),
    "Category.products": replace(PAGE, asks=()),
    "Product.related": Shared(),
}
AT_ONCE = 3


def shared_graph() -> Graph:
    """The fixture's graph, with what is public of catalog shared."""
    graph = compose(SLICES)
    entities = {
        name: replace(entity, shared=ENTITY if name in {"Product", "Category"} else None)
        for name, entity in graph.entities.items()
    }
    for type_ in graph.schema.type_map.values():
        for name, field in type_.fields.items() if isinstance(type_, GraphQLObjectType) else ():
            if rules := FIELDS.get(f"{type_.name}.{name}"):
                field.extensions[OWNED] = replace(owned(field), shared=rules)
    return replace(graph, entities=entities)


GRAPH = shared_graph()


def sharing() -> Sharing:
    return Sharing(Store(64_000_000), Metrics())


async def compare_shared(
    document: DocumentNode,
    variables: dict[str, Any],
    *,
    down: set[str],
    caller: Any,
    warm: Sharing,
    tally: Counter[str],
) -> None:
    """Same data and same error paths as graphql-core, or AssertionError. `warm` has the rows of earlier operations."""
    theirs = await reference(REFERENCE, document, ShopContext(Backend(down=down), caller), variables)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    values = get_variable_values(GRAPH.schema, operation.variable_definitions or (), variables)
    assert isinstance(values, VariableValues)
    plan = plan_operation(GRAPH, document, operation, values)
    program = generate(plan)

    async def run(backend: Backend, over: Sharing) -> Written:
        return await executed(plan, values, ShopContext(backend, caller, over), program)

    cold, alone, crowd, again = sharing(), Backend(down=down), Backend(down=down), Backend(down=down)
    answers = [await run(alone, sharing())]
    answers += await asyncio.gather(*(run(crowd, cold) for _ in range(AT_ONCE)))
    answers.append(await run(again, cold))
    if not down:
        answers.append(await run(Backend(), warm))
    for ours in answers:
        _agree(document, ours, theirs)
    tally["operations"] += 1
    tally["errors"] += bool(theirs.errors)
    tally["calls alone"] += alone.calls.total()
    tally["calls of a crowd"] += crowd.calls.total()
    tally["calls of a warm one"] += again.calls.total()


def _agree(document: Any, ours: Written, theirs: Any) -> None:
    assert ordered(ours.data) == ordered(theirs.data), document
    mine = {tuple(error.path or ()) for error in ours.errors}
    expected = {tuple(error.path or ()) for error in theirs.errors or ()}
    assert expected <= mine, f"an error is missing: {expected - mine}"
    assert all(path in expected or below_null(theirs.data, list(path)) for path in mine), "one too many"


async def compare_random_shared(seed: int, count: int) -> Counter[str]:
    """So many random operations of one seed."""
    operations = Operations(GRAPH.schema, seed, queries_only=True)
    warm, tally = sharing(), Counter[str]()
    while tally["operations"] < count:
        text, variables = operations.next()
        document = parse(text, no_location=True)
        if any("never used" not in problem.message for problem in validate(GRAPH.schema, document)):
            continue
        down = {"catalog"} if operations.random.random() < 0.1 else set[str]()
        caller = SHOPPER if operations.random.random() < 0.3 else ADMIN
        await compare_shared(document, variables, down=down, caller=caller, warm=warm, tally=tally)
    return tally
