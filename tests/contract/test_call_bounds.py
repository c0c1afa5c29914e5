"""Every operation we publish makes at most so many calls, whatever its variables and the data are."""

from pathlib import Path

import pytest
from graphql import GraphQLObjectType, OperationDefinitionNode, parse

import gateway.web.operations
from gateway.federation.compose import compose
from gateway.federation.explain import NO_VARIABLES, bound
from gateway.federation.generate import generate
from gateway.federation.graph import View
from gateway.federation.plan import plan_operation
from gateway.slices import SLICES

OPERATIONS = Path(gateway.web.operations.__file__).parent
GRAPH = compose(SLICES, View.ADMIN)
# file → calls at most, of which so many wait for each other
BOUNDS: dict[str, tuple[int, int]] = {
    "01_search.graphql": (1, 1),
    "02_browse_categories.graphql": (4, 3),
    "03_product_page.graphql": (4, 3),
    "04_search_as_you_type.graphql": (2, 2),
    "05_create_cart.graphql": (1, 1),
    "06_add_to_cart.graphql": (2, 2),
    "07_address_and_delivery.graphql": (1, 1),
    "08_discount_code.graphql": (1, 1),
    "09_check_out.graphql": (1, 1),
    "10_watch_order.graphql": (1, 1),
    "11_order_history.graphql": (4, 2),
    "12_cancel_order.graphql": (1, 1),
    "13_declined_card.graphql": (1, 1),
    "20_register.graphql": (1, 1),
    "21_log_in.graphql": (1, 1),
    "22_my_profile.graphql": (3, 2),
    "23_my_orders.graphql": (4, 3),
    "admin/01_all_products.graphql": (3, 3),
    "admin/02_create_product.graphql": (4, 3),
    "admin/03_hide_product.graphql": (1, 1),
    "admin/04_adjust_stock.graphql": (1, 1),
    "admin/05_stock_ledger.graphql": (1, 1),
    "admin/06_search_index.graphql": (1, 1),
    "admin/10_orders.graphql": (2, 2),
    "admin/11_fulfill_order.graphql": (1, 1),
    "admin/12_refund_order.graphql": (1, 1),
    "admin/13_checkouts.graphql": (2, 2),
    "admin/14_discount_code.graphql": (1, 1),
    "admin/15_stuck_checkout.graphql": (1, 1),
    "admin/20_customers.graphql": (1, 1),
}


def measured(name: str) -> list[tuple[int, int]]:
    document = parse((OPERATIONS / name).read_text(encoding="utf-8"))
    bounds = [
        bound(GRAPH, document, each) for each in document.definitions if isinstance(each, OperationDefinitionNode)
    ]
    return [(each.calls, each.rounds) for each in bounds]


def test_every_operation_has_a_bound() -> None:
    assert {str(file.relative_to(OPERATIONS)) for file in OPERATIONS.rglob("*.graphql")} == set(BOUNDS)


@pytest.mark.parametrize("name", BOUNDS)
def test_an_operation_keeps_its_bound(name: str) -> None:
    assert measured(name) == [BOUNDS[name]]


@pytest.mark.parametrize("name", BOUNDS)
def test_an_operation_compiles(name: str) -> None:
    document = parse((OPERATIONS / name).read_text(encoding="utf-8"))
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    plan = plan_operation(GRAPH, document, operation, NO_VARIABLES)
    assert len(generate(plan).fetches) == plan.fetch_count


def test_rows_of_every_type_have_a_class() -> None:
    """Else an operation with such a type could not be compiled."""
    types = [type_ for type_ in GRAPH.schema.type_map.values() if isinstance(type_, GraphQLObjectType)]
    names = {type_.name for type_ in types if not type_.name.startswith("__")}
    assert names - {"Query", "Mutation", "Subscription"} <= set(GRAPH.messages)
