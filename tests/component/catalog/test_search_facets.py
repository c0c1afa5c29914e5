"""Facets and filters by attributes: the same from both engines."""

from __future__ import annotations

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from tests.component.catalog.conftest import indexed, until
from tests.component.catalog.lamps import search
from tests.fixtures.catalog import RunningCatalog, product_input, variant_input

SHELVES = ["Desk", "Floor", "Wall"]


def bulbs() -> list[pb.ProductInput]:
    """Twelve bulbs of 3 to 14 W on three shelves, and a cable."""
    watts = [
        product_input(
            f"bulb-{number}",
            name=f"Bulb {number}",
            category_path=["Home", "Bulbs", SHELVES[number % 3]],
            attributes=[
                pb.Attribute(key="power", label="Power", value=str(number + 3), number=number + 3, unit="W"),
                pb.Attribute(key="socket", label="Socket", value="E27" if number % 2 else "E14"),
            ],
            variants=[variant_input(f"bulb-{number}")],
        )
        for number in range(12)
    ]
    return [*watts, product_input("cable", name="Cable", category_path=["Home", "Cables"])]


def facet(answer: pb.SearchProductsResponse, key: str) -> pb.Facet:
    (found,) = [each for each in answer.facets if each.key == key]
    return found


def found(answer: pb.SearchProductsResponse) -> set[int]:
    return {int(hit.product.external_reference.removeprefix("bulb-")) for hit in answer.hits}


async def check_ranges(catalog: RunningCatalog) -> None:
    power = facet(await search(catalog, "bulb"), "power")
    assert (power.kind, power.unit) == (pb.RANGES, "W")
    assert [(value.label, value.count) for value in power.values] == [
        ("below 5 W", 2), ("5 to 7 W", 2), ("7 to 9 W", 2), ("9 to 11 W", 2), ("11 to 13 W", 2), ("13 W and more", 2),
    ]  # fmt: skip
    for value in power.values:
        narrowed = await search(catalog, "bulb", facets=[pb.FacetInput(facet="power", values=[value.value])])
        assert narrowed.total_count == value.count
        again = facet(narrowed, "power")
        assert [each.count for each in again.values] == [2] * 6, "as if no power were chosen"
        assert [each.value for each in again.values if each.selected] == [value.value]
    either = [pb.FacetInput(facet="power", values=["..5", "13.."]), pb.FacetInput(facet="socket", values=["E14"])]
    assert found(await search(catalog, "bulb", facets=either)) == {0, 10}


async def check_attribute_filters(catalog: RunningCatalog) -> None:
    for wanted, expected in (
        ([pb.AttributeFilter(key="power", gte=5, lte=7)], {2, 3, 4}),
        ([pb.AttributeFilter(key="power", gte=13)], {10, 11}),
        ([pb.AttributeFilter(key="socket", values=["E14", "E40"]), pb.AttributeFilter(key="power", lte=6)], {0, 2}),
        ([pb.AttributeFilter(key="weight", gte=0)], set()),
    ):
        assert found(await search(catalog, filter=pb.SearchFilter(attributes=wanted))) == expected
    with pytest.raises(RemoteError) as refusal:
        await search(catalog, filter=pb.SearchFilter(attributes=[pb.AttributeFilter(key="power")]))
    assert refusal.value.reason == "INVALID_SEARCH"


async def check_category_tree(catalog: RunningCatalog) -> None:
    def tree(answer: pb.SearchProductsResponse) -> list[tuple[int, str, int]]:
        category = facet(answer, "category")
        assert category.kind == pb.TREE
        return [(value.level, value.label.rpartition(" › ")[2], value.count) for value in category.values]

    whole = await search(catalog)
    assert tree(whole) == [(0, "Home", 13), (1, "Bulbs", 12), (1, "Cables", 1)]
    bulbs, cables = facet(whole, "category").values[1:]
    assert bulbs.parent_value == cables.parent_value == facet(whole, "category").values[0].value
    below = [(0, "Home", 13), (1, "Bulbs", 12), (2, "Desk", 4), (2, "Floor", 4), (2, "Wall", 4), (1, "Cables", 1)]
    assert tree(await search(catalog, facets=[pb.FacetInput(facet="category", values=[bulbs.value])])) == below
    assert tree(await search(catalog, filter=pb.SearchFilter(category_id=bulbs.value))) == [
        (0, "Home", 12), *below[1:5],
    ]  # fmt: skip


async def check_attributes_may_be_left_out(catalog: RunningCatalog) -> None:
    assert len((await search(catalog, "bulb", want_facets=False)).hits[0].product.attributes) == 2
    for want_facets in (False, True):
        answer = await search(catalog, "bulb", want_facets=want_facets, without_attributes=True)
        assert not any(hit.product.attributes for hit in answer.hits)
        assert all(hit.product.name for hit in answer.hits)
    assert facet(answer, "power").label == "Power", "facets are called as the products call their attributes"


async def check(catalog: RunningCatalog) -> None:
    await check_attributes_may_be_left_out(catalog)
    await check_ranges(catalog)
    await check_attribute_filters(catalog)
    await check_category_tree(catalog)


async def test_the_database_counts_facets(catalog: RunningCatalog) -> None:
    await catalog.upsert(*bulbs())
    await check(catalog)


async def test_the_search_engine_counts_facets(searchable: RunningCatalog) -> None:
    await searchable.upsert(*bulbs())
    await until(lambda: indexed(searchable))
    await check(searchable)
    assert not (await search(searchable)).HasField("degraded")
