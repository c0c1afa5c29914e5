"""A slice is a complete Apollo Federation subgraph by itself: `_service` and the contract of `_entities`."""

from typing import Any

import pytest

from gateway.slices import SLICES
from tests.fakes.shop_backend import Backend, ShopContext
from tests.fakes.shop_slices import CATALOG, ORDER

ENTITIES = """query ($r: [_Any!]!) { _entities(representations: $r) {
  __typename ... on Product { name category { name } } ... on Category { name } } }"""


def product(number: int) -> dict[str, str]:
    return {"__typename": "Product", "id": f"prd_{number}"}


async def entities(*representations: dict[str, str]) -> tuple[Any, Any, Backend]:
    backend = Backend()
    answer: Any = await CATALOG.execute(
        ENTITIES, variable_values={"r": list(representations)}, context_value=ShopContext(backend)
    )
    return answer.data and answer.data["_entities"], answer.errors or [], backend


async def test_rows_come_in_the_order_of_the_representations_with_duplicates_and_gaps() -> None:
    rows, errors, backend = await entities(product(2), product(3), product(1), product(2))
    assert [row and row["name"] for row in rows] == ["Product 2", None, "Product 1", "Product 2"]
    assert not errors
    assert backend.calls["catalog.BatchGetProducts"] == 1


async def test_types_are_mixed_and_each_is_looked_up_once() -> None:
    rows, errors, backend = await entities(product(1), {"__typename": "Category", "id": "cat_2"}, product(2))
    assert [row["name"] for row in rows] == ["Product 1", "Category 2", "Product 2"]
    assert not errors
    assert backend.calls["catalog.BatchGetProducts"] == 1


async def test_an_error_has_the_index_of_its_representation() -> None:
    rows, errors, _ = await entities(product(1), product(7), product(2))
    assert [row and row["name"] for row in rows] == ["Product 1", None, "Product 2"]
    assert [(error.path, error.message) for error in errors] == [(["_entities", 1], "not for you")]


async def test_fields_added_to_another_slices_entity_are_answered_by_id() -> None:
    text = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { orders { nodes { number } } } } }"
    answer: Any = await ORDER.execute(
        text,
        variable_values={"r": [{"__typename": "Customer", "id": "usr_1"}]},
        context_value=ShopContext(Backend()),
    )
    assert not answer.errors
    assert answer.data == {"_entities": [{"orders": {"nodes": [{"number": "E-2"}, {"number": "E-3"}]}}]}


async def test_a_link_to_a_type_that_is_named_lazily_is_followed() -> None:
    answer: Any = await ORDER.execute("{ orders { customer { id } } }", context_value=ShopContext(Backend()))
    assert not answer.errors
    assert answer.data["orders"][0]["customer"]["id"].startswith("usr_")


@pytest.mark.parametrize("piece", [piece for piece in SLICES if piece.name != "gateway"], ids=lambda piece: piece.name)
async def test_each_slice_tells_its_own_sdl(piece: Any) -> None:
    answer = await piece.execute("{ _service { sdl } }")
    assert not answer.errors
    assert answer.data["_service"]["sdl"].strip() == piece.sdl().strip()
    assert '@link(url: "https://specs.apollo.dev/federation/v2.9"' in piece.sdl()
