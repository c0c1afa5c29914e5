"""The executor against graphql-core's own execution of the same schema, on random operations."""

from collections import Counter
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse, validate
from graphql.execution.values import VariableValues, get_variable_values

from gateway.federation.compose import compose
from gateway.federation.execute import Run
from gateway.federation.plan import plan_operation
from gateway.federation.project import project
from tests.fakes.graphql_core import reference, with_resolvers
from tests.fakes.operations import Operations
from tests.fakes.shop_backend import ADMIN, SHOPPER, Backend, ShopContext
from tests.fakes.shop_slices import SLICES

GRAPH = compose(SLICES)
REFERENCE = with_resolvers(compose(SLICES))
OPERATIONS = 50

# graphql-core abandons the coroutines below a place that became null.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning")


async def executed(text: str, variables: dict[str, Any], context: ShopContext) -> tuple[Any, list[Any]]:
    document = parse(text)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    values = get_variable_values(GRAPH.schema, operation.variable_definitions or (), variables)
    assert isinstance(values, VariableValues), values
    run = Run(plan_operation(GRAPH, document, operation, values), context, values)
    await run.fetch_all()
    return project(run)


def ordered(value: Any) -> Any:
    """Dicts compared with the order of their keys."""
    if isinstance(value, dict):
        return [(key, ordered(item)) for key, item in value.items()]
    return [ordered(item) for item in value] if isinstance(value, list) else value


def below_null(data: Any, path: list[Any]) -> bool:
    for key in path:
        if data is None:
            return True
        data = data[key]
    return False


async def compare(text: str, variables: dict[str, Any], *, down: set[str], caller: Any, tally: Counter[str]) -> None:
    theirs = await reference(REFERENCE, text, ShopContext(Backend(down=down), caller), variables)
    data, errors = await executed(text, variables, ShopContext(Backend(down=down), caller))
    assert ordered(data) == ordered(theirs.data), text
    mine = [tuple(error.path or ()) for error in errors]
    expected = {tuple(error.path or ()) for error in theirs.errors or ()}
    assert len(set(mine)) == len(mine), f"an error reported twice: {text}"
    assert expected <= set(mine), f"an error is missing: {text}"
    # graphql-core stops at the first null violation of a selection set; the gateway reports all.
    assert all(path in expected or below_null(theirs.data, list(path)) for path in mine), f"an error too many: {text}"
    tally["errors"] += bool(expected)
    tally["null"] += data is None


@pytest.mark.parametrize("seed", range(3))
async def test_random_operations_give_what_graphql_core_gives(seed: int) -> None:
    operations = Operations(GRAPH.schema, seed)
    tally: Counter[str] = Counter()
    while tally["ran"] < OPERATIONS:
        text, variables = operations.next()
        problems = [e for e in validate(GRAPH.schema, parse(text)) if "never used" not in e.message]
        if problems:
            continue
        tally["ran"] += 1
        down = {"catalog"} if operations.random.random() < 0.1 else set()
        caller = SHOPPER if operations.random.random() < 0.3 else ADMIN
        await compare(text, variables, down=down, caller=caller, tally=tally)
    assert tally["errors"] > OPERATIONS / 10, "the generated operations exercise no errors"


async def test_a_long_operation_with_every_kind_of_field_is_equal() -> None:
    text = """
    query ($a: Boolean! = true) {
      products(first: 9) {
        totalCount pageInfo { hasNextPage }
        nodes { ...card related(first: 2) { ...card shelf { name } } showcase { __typename ... on Image { url } } }
        edges { cursor node { id image { url } } }
      }
      grid { ...card }
      orders(first: 20) {
        number status maybeStatus sequence
        lines { quantity unitPrice { amount currencyCode } product { ...card } }
        customer { email orders(first: 3) { nodes { number lines { product { name } } } } }
      }
    }
    fragment card on Product { id title(upper: $a) createdAt version category { name parent { name path } } }
    """
    tally: Counter[str] = Counter()
    await compare(text, {}, down=set(), caller=ADMIN, tally=tally)
    assert tally["errors"]
