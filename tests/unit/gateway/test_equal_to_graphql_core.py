"""The executor against graphql-core's own execution of the same schema, on random operations.

`EMPORIUM_OPERATIONS=20000 python -m pytest tests/unit/gateway/test_equal_to_graphql_core.py -s` for the long run.
"""

import os
import sys

import orjson
import pytest
from graphql import parse

from gateway.federation.generate import generate
from tests.fakes.differential import Tally, answers, compare, compare_random, prepare
from tests.fakes.differential_sharing import compare_random_shared
from tests.fakes.shop_backend import ADMIN, Backend, ShopContext

SEEDS = 3
LONG = 500
"""So many operations reach everything."""
REACHED = (
    "mutation", "subscription", "field grid", "field showcase", "field userErrors", "@skip", "@include",
    "argument from a variable", "named fragment", "service down", "call too slow", "fields refused", "error in a list",
    "data: null",
)  # fmt: skip
OPERATIONS = int(os.environ.get("EMPORIUM_OPERATIONS", "150"))

# graphql-core abandons the coroutines below a place that became null.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.timeout(180 + OPERATIONS // 10),
]


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_random_operations_give_what_graphql_core_gives(seed: int) -> None:
    tally = Tally()
    await compare_random(seed, -(-OPERATIONS // SEEDS), tally)
    sys.stdout.write(tally.histogram() + "\n")
    ran = tally.features["operations"]
    assert tally.faults["errors"] > ran / 10, "the generated operations exercise no errors"
    assert tally.faults["none"] > ran / 10, "the generated operations exercise no programs"
    if ran >= LONG:
        found = tally.features | tally.faults
        assert {name for name in REACHED if not found[name]} == set(), "never generated, or never hit"


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_shared_calls_and_kept_rows_change_no_answer(seed: int) -> None:
    tally = await compare_random_shared(seed, -(-OPERATIONS // SEEDS))
    assert tally["errors"] > tally["operations"] / 10, "the generated operations exercise no errors"
    assert tally["calls of a warm one"] < tally["calls alone"] * 0.75, "nothing is kept"
    assert tally["calls of a crowd"] < tally["calls alone"] * 2.2, "three at once share too little"


async def test_an_answer_so_large_that_it_is_json_at_once_is_equal() -> None:
    text = """
    {
      products(first: 9) { nodes { related(first: 7) { related(first: 7) { id name related(first: 7) { id name } } } } }
    }
    """
    plan, values = prepare(parse(text), {})
    (written,) = await answers(plan, values, ShopContext(Backend(), ADMIN), generate(plan))
    assert isinstance(written.data, orjson.Fragment)
    assert len(orjson.dumps(written.data)) > 50_000
    await compare(parse(text), {}, down=set(), caller=ADMIN, tally=Tally())


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
    tally = Tally()
    await compare(parse(text), {}, down=set(), caller=ADMIN, tally=tally)
    assert tally.faults["errors"]
