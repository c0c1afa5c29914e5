"""Every operation kept in the repository makes at most so many calls, whatever its variables and the data are."""

from typing import Any

import pytest
from graphql import DocumentNode, GraphQLObjectType, OperationDefinitionNode, parse, validate

from gateway.federation.compose import compose
from gateway.federation.explain import NO_VARIABLES, bound
from gateway.federation.generate import generate
from gateway.federation.graph import View
from gateway.federation.plan import plan_operation
from gateway.slices import SLICES
from infra.bench.gateway_shop import SLICE as BENCH_SLICE
from tests.contract.kept_operations import in_python, is_operation, kept_operations

GRAPH, BENCH = compose(SLICES, View.ADMIN), compose([BENCH_SLICE], View.ADMIN)
OWN_SLICE = "infra/bench/gateway_operations.py"
"""Its operations are of the bench's own slice."""
KEPT = kept_operations()
# Where it stands → calls at most, of which so many wait for each other.
BOUNDS: dict[str, tuple[int, int]] = {
    "gateway/web/operations/01_search.graphql": (1, 1),
    "gateway/web/operations/02_browse_categories.graphql": (4, 3),
    "gateway/web/operations/03_product_page.graphql": (5, 3),
    "gateway/web/operations/04_search_as_you_type.graphql": (3, 2),
    "gateway/web/operations/05_create_cart.graphql": (1, 1),
    "gateway/web/operations/06_add_to_cart.graphql": (2, 2),
    "gateway/web/operations/07_address_and_delivery.graphql": (1, 1),
    "gateway/web/operations/08_discount_code.graphql": (1, 1),
    "gateway/web/operations/09_check_out.graphql": (1, 1),
    "gateway/web/operations/10_watch_order.graphql": (1, 1),
    "gateway/web/operations/11_order_history.graphql": (4, 2),
    "gateway/web/operations/12_cancel_order.graphql": (1, 1),
    "gateway/web/operations/13_declined_card.graphql": (1, 1),
    "gateway/web/operations/20_register.graphql": (1, 1),
    "gateway/web/operations/21_log_in.graphql": (1, 1),
    "gateway/web/operations/22_my_profile.graphql": (3, 2),
    "gateway/web/operations/23_my_orders.graphql": (4, 3),
    "gateway/web/operations/30_collections.graphql": (3, 3),
    "gateway/web/operations/admin/01_all_products.graphql": (4, 3),
    "gateway/web/operations/admin/02_create_product.graphql": (4, 3),
    "gateway/web/operations/admin/03_hide_product.graphql": (1, 1),
    "gateway/web/operations/admin/04_adjust_stock.graphql": (1, 1),
    "gateway/web/operations/admin/05_stock_ledger.graphql": (1, 1),
    "gateway/web/operations/admin/06_search_index.graphql": (1, 1),
    "gateway/web/operations/admin/07_low_stock.graphql": (3, 3),
    "gateway/web/operations/admin/08_stock_locations.graphql": (1, 1),
    "gateway/web/operations/admin/09_stock_location.graphql": (1, 1),
    "gateway/web/operations/admin/10_orders.graphql": (2, 2),
    "gateway/web/operations/admin/11_fulfill_order.graphql": (1, 1),
    "gateway/web/operations/admin/12_refund_order.graphql": (1, 1),
    "gateway/web/operations/admin/13_checkouts.graphql": (2, 2),
    "gateway/web/operations/admin/14_discount_code.graphql": (1, 1),
    "gateway/web/operations/admin/15_stuck_checkout.graphql": (1, 1),
    "gateway/web/operations/admin/16_dead_letters.graphql": (2, 1),
    "gateway/web/operations/admin/17_count_stock.graphql": (2, 2),
    "gateway/web/operations/admin/20_customers.graphql": (1, 1),
    "gateway/web/operations/admin/28_create_collection.graphql": (2, 2),
    "gateway/web/operations/admin/30_edit_product.graphql": (3, 3),
    "gateway/web/operations/admin/31_plan_prices.graphql": (3, 3),
    "gateway/web/operations/admin/32_changes.graphql": (1, 1),
    "gateway/web/operations/admin/33_collection_texts.graphql": (5, 3),
    "gateway/web/operations/admin/34_rename_brand.graphql": (1, 1),
    "gateway/web/operations/admin/36_attribute_words.graphql": (2, 2),
    "gateway/web/operations/admin/40_jobs.graphql": (2, 2),
    "gateway/web/operations/admin/41_import.graphql": (1, 1),
    "gateway/web/operations/admin/42_export.graphql": (1, 1),
    "gateway/web/operations/admin/43_stock_import.graphql": (1, 1),
    "gateway/web/operations/admin/35_explain_search.graphql": (2, 2),
    "infra/bench/gateway_operations.py:LISTING": (2, 2),
    "infra/bench/gateway_operations.py:NESTED": (3, 3),
    "infra/bench/gateway_operations.py:ORDERS": (3, 3),
    "infra/bench/gateway_operations.py:PRODUCT": (3, 2),
    "infra/bench/gateway_operations.py:SEARCH": (2, 2),
    "infra/bench/relevance.py:SEARCH": (1, 1),
    "infra/bench/reload.py:_FIND": (1, 1),
    "infra/bench/reload.py:_ASK": (1, 1),
    "infra/bench/search.py:LISTING": (2, 2),
    "infra/bench/search.py:SAMPLE": (1, 1),
    "infra/bench/search.py:SHELF": (2, 2),
    "infra/bench/search.py:SHELF_FACETS": (1, 1),
    "infra/bench/shoppers.py:CHECKOUT": (1, 1),
    "infra/bench/shoppers.py:ORDER": (1, 1),
    "infra/bench/shoppers.py:SKUS": (2, 2),
    "infra/cli/staff.py:LOG_IN": (1, 1),
    "infra/cli/stock_export.py:STOCK_LEVELS": (1, 1),
    "infra/cli/stock_import.py:ADD_PART": (1, 1),
    "infra/cli/stock_import.py:LOOK": (1, 1),
    "infra/cli/stock_import.py:REFUSED": (2, 2),
    "infra/cli/stock_import.py:START": (1, 1),
    "infra/demo/operations.py:REGISTER": (1, 1),
    "infra/demo/operations.py:LOG_IN": (1, 1),
    "infra/demo/operations.py:BROWSE": (3, 3),
    "infra/demo/operations.py:SEARCH": (1, 1),
    "infra/demo/operations.py:PRODUCT": (4, 3),
    "infra/demo/operations.py:CART_CREATE": (2, 2),
    "infra/demo/operations.py:CART_ADD": (1, 1),
    "infra/demo/operations.py:CART_SET": (1, 1),
    "infra/demo/operations.py:CART_UPDATE": (2, 2),
    "infra/demo/operations.py:CART_CODE": (2, 2),
    "infra/demo/operations.py:CHECKOUT": (1, 1),
    "infra/demo/operations.py:WATCH": (1, 1),
    "infra/demo/operations.py:HISTORY": (5, 3),
    "infra/demo/operations.py:STOCK": (3, 3),
    "infra/demo/operations.py:LEDGER": (1, 1),
    "infra/demo/operations.py:CODE_USE": (1, 1),
    "gateway/web/src/session.js:1": (1, 1),
    "gateway/web/src/session.js:2": (1, 1),
    "README.md:1": (4, 3),
    "docs/catalog.md:1": (3, 3),
    "docs/catalog.md:2": (1, 1),
    "docs/categories-and-collections.md:1": (2, 2),
    "docs/graphiql.md:1": (1, 1),
    "docs/inventory.md:1": (1, 1),
    "docs/inventory.md:2": (1, 1),
    "docs/inventory.md:3": (1, 1),
    "docs/search.md:1": (2, 2),
    "docs/search.md:2": (1, 1),
    "docs/search.md:3": (1, 1),
    "docs/channels-and-languages.md:1": (1, 1),
    "docs/channels-and-languages.md:2": (2, 2),
    "docs/channels-and-languages.md:3": (1, 1),
    "docs/channels-and-languages.md:4": (1, 1),
}


def graph_of(place: str) -> Any:
    return BENCH if place.startswith(OWN_SLICE) else GRAPH


def operations(place: str) -> tuple[DocumentNode, list[OperationDefinitionNode]]:
    document = parse(KEPT[place])
    return document, [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def test_every_operation_has_a_bound() -> None:
    assert set(KEPT) == set(BOUNDS), "a new operation needs a line in BOUNDS: `emporium explain` tells its numbers"


@pytest.mark.parametrize("place", BOUNDS)
def test_an_operation_is_valid_and_keeps_its_bound(place: str) -> None:
    graph, (document, found) = graph_of(place), operations(place)
    assert validate(graph.schema, document) == []
    bounds = [bound(graph, document, each) for each in found]
    assert [(each.calls, each.rounds) for each in bounds] == [BOUNDS[place]]


@pytest.mark.parametrize("place", BOUNDS)
def test_an_operation_compiles(place: str) -> None:
    document, (operation,) = operations(place)
    plan = plan_operation(graph_of(place), document, operation, NO_VARIABLES)
    assert len(generate(plan).fetches) == plan.fetch_count


def test_operations_are_found_wherever_python_keeps_them() -> None:
    source = """
PART = "fragment f on Cart { id }"
WHOLE = ("query A { cart(id: 1) { ...f } } " + PART)
def ask():
    return send("{ categories { name } }", "{level}: {text}")
"""
    assert [name for name, text in in_python(source) if is_operation(text)] == ["WHOLE", "line 5"]


def test_rows_of_every_type_have_a_class() -> None:
    """Else an operation with such a type could not be compiled."""
    types = [type_ for type_ in GRAPH.schema.type_map.values() if isinstance(type_, GraphQLObjectType)]
    names = {type_.name for type_ in types if not type_.name.startswith("__")}
    assert names - {"Query", "Mutation", "Subscription"} <= set(GRAPH.messages)
