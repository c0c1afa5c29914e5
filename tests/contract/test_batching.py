"""The number of calls depends on the shape of an operation, never on how many items there are."""

from collections import Counter
from typing import Any

import pytest

from chassis.identity import Caller
from gateway.context import RequestContext
from gateway.federation.compose import compose
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest
from tests.fakes.shop_backend import ADMIN, Backend, ShopContext
from tests.fakes.shop_slices import SLICES

OPERATIONS = Operations(compose(SLICES), Limits(), Metrics(), introspection=False)
THREE_LEVELS = """
query ($ids: [ID!]!) {
  productsById(ids: $ids) {
    name
    category { name parent { name products { nodes { name related { name category { name } } } } } }
  }
}
"""
# All of them have a category with a parent, and none is unknown or refused.
IDS = [f"prd_{n}" for n in range(9, 400) if n % 4 and n % 10 in {2, 5, 6, 9}][:100]


async def calls(text: str, caller: Caller = ADMIN, **variables: Any) -> Counter[str]:
    backend = Backend()
    prepared = OPERATIONS.prepare(OperationRequest(query=text, variables=variables))
    context: RequestContext = ShopContext(backend, caller)  # type: ignore[assignment]
    await OPERATIONS.execute(prepared, context)
    return backend.calls


async def test_one_twenty_and_a_hundred_items_three_levels_deep_cost_the_same_calls() -> None:
    one, twenty, hundred = [await calls(THREE_LEVELS, ids=IDS[:n]) for n in (1, 20, 100)]
    assert one == twenty == hundred
    assert sum(hundred.values()) == 6


@pytest.mark.parametrize("items", [1, 20, 100])
async def test_a_listing_with_its_categories_is_two_calls(items: int) -> None:
    made = await calls("query ($n: Int!) { products(first: $n) { nodes { id category { name } } } }", n=items + 1)
    assert made == {"catalog.ListProducts": 1, "catalog.BatchGetCategories": 1}


async def test_the_same_look_up_from_two_places_is_one_call() -> None:
    made = await calls("{ a: products { nodes { category { name } } } b: products { nodes { category { path } } } }")
    assert made == {"catalog.ListProducts": 2, "catalog.BatchGetCategories": 1}


async def test_an_aliased_link_asks_nothing_twice() -> None:
    made = await calls("{ products { nodes { a: category { name } b: category { path } shelf { id } } } }")
    assert made == {"catalog.ListProducts": 1, "catalog.BatchGetCategories": 1}


async def test_what_is_not_selected_is_not_asked() -> None:
    assert await calls("{ products { nodes { id category @skip(if: true) { name } } } }") == {"catalog.ListProducts": 1}


async def test_siblings_run_at_the_same_time() -> None:
    backend = Backend()
    prepared = OPERATIONS.prepare(OperationRequest(query="{ products { totalCount } orders { id } grid { id } }"))
    context: Any = ShopContext(backend, ADMIN)
    await OPERATIONS.execute(prepared, context)
    assert backend.most_running == 3


async def test_what_the_caller_may_not_see_is_not_fetched() -> None:
    stranger = Caller(service="gateway")
    made = await calls("{ orders { lines { product { name } } customer { email } } me { id } }", stranger)
    assert made == {"orders.ListOrders": 1}
