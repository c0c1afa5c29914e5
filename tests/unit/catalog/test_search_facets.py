"""Ranges of numbers, and the tree of categories, as shoppers choose from them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from subgraphs.catalog.domain.category_facet import category_facet
from subgraphs.catalog.domain.errors import InvalidSearch
from subgraphs.catalog.domain.facet import FacetCounts, FacetKind
from subgraphs.catalog.domain.facets import Naming, facets_of, range_keys
from subgraphs.catalog.domain.number_ranges import (
    from_sortable,
    number_range,
    number_ranges,
    range_label,
    range_value,
    roundest,
    sortable,
    within,
)
from subgraphs.catalog.domain.product import Attribute, Category, Shop
from subgraphs.catalog.domain.search import AttributeFilter, Chosen, SearchRequest

LONG = "x" * 1_001
SHOP = Shop(channel="web", currency="USD")


def test_sortable_numbers_sort_like_numbers() -> None:
    chance = random.Random(3)
    numbers = [chance.uniform(-1e6, 1e6) for _ in range(200)] + [0.0, -0.0, 1e-9, -1e300, 1e300]
    assert [from_sortable(text) for text in sorted(map(sortable, numbers))] == sorted(numbers)


def test_ranges_hold_about_the_same_and_miss_nothing() -> None:
    chance = random.Random(4)
    counted = sorted({round(chance.uniform(10, 32), 1): chance.randint(1, 40) for _ in range(120)}.items())
    ranges = number_ranges(counted)
    held = [sum(hits for number, hits in counted if within(number, *each)) for each in ranges]
    assert sum(held) == sum(hits for _, hits in counted)
    assert len(held) == 6
    assert max(held) < 2 * min(held)


def test_one_frequent_number_leaves_ranges_for_the_others() -> None:
    assert number_ranges([(1.0, 1000), (2.0, 3), (3.0, 3), (9.0, 3)]) == [
        (None, 2.0), (2.0, 3.0), (3.0, 5.0), (5.0, None),
    ]  # fmt: skip
    assert number_ranges([(5.0, 7)]) == []


@pytest.mark.parametrize(
    ("above", "up_to", "found"),
    [(13.3, 15.6, 15), (15.4, 15.6, 15.5), (99, 130, 100), (0.04, 0.15, 0.1), (-3.2, 1, 0), (1439, 1440, 1440)],
)
def test_ranges_begin_at_round_numbers(above: float, up_to: float, found: float) -> None:
    assert roundest(above, up_to) == found


def test_a_range_is_read_as_it_was_written() -> None:
    for bounds in ((10.0, 15.5), (None, -3.0), (0.25, None)):
        assert number_range(range_value(*bounds)) == bounds
    for text in ("", "..", "10", "a..b", "nan..1", "1..inf", "802.11a"):
        assert number_range(text) is None
    assert range_label(10, 15.5, "in") == "10 to 15.5 in"
    assert range_label(None, 10, None) == "below 10"
    assert range_label(15.5, None, "in") == "15.5 in and more"


def test_many_numbers_become_ranges_and_few_stay_values() -> None:
    sizes = [("size", str(10 + number / 2), 3) for number in range(12)]
    ports = [("ports", str(number), 9) for number in range(4)]
    assert range_keys([*sizes, *ports], ()) == ["size"]
    assert set(range_keys([*sizes, *ports], [Chosen(facet="ports", values=("2..",))])) == {"size", "ports"}


def test_a_range_that_was_chosen_elsewhere_stays_with_its_count() -> None:
    chosen = (Chosen(facet="size", values=("11..13", "40..")),)
    counts = FacetCounts(
        brands=(), categories=(), prices=(0,) * 9, in_stock=0, sold_out=0, attributes=(),
        numbers={"size": [(10.0, 2), (12.0, 5), (20.0, 1)]},
    )  # fmt: skip
    like = Attribute(key="size", label="Screen size", value="12", number=12, unit="in")
    (facet,) = facets_of(
        counts, SearchRequest(query="", shop=SHOP, first=5, chosen=chosen), Naming(attributes={"size": like})
    )
    assert (facet.kind, facet.label, facet.unit) == (FacetKind.RANGES, "Screen size", "in")
    shown = {value.label: value.count for value in facet.values if value.selected}
    assert shown == {"11 to 13 in": 5, "40 in and more": 0}
    assert sum(value.count for value in facet.values if not value.selected) == 8


def category(path: str) -> Category:
    names = path.split("/")
    return Category(
        id=path,
        name=names[-1],
        slug=path,
        parent_id="/".join(names[:-1]) or None,
        path=tuple(names),
        product_count=0,
        version=1,
    )


TREE = {path: category(path) for path in ("A", "A/B", "A/B/C", "A/B/D", "A/E", "F", "F/G")}
COUNTS = [("A", 9), ("A/B", 6), ("A/B/C", 4), ("A/B/D", 2), ("A/E", 3), ("F", 1), ("F/G", 1)]


def shown(counts: list[tuple[str, int]], chosen: set[str], opened: tuple[str, ...]) -> list[tuple[str, int, int]]:
    facet = category_facet(counts, chosen, opened, TREE)
    assert facet.kind is FacetKind.TREE
    assert {value.value for value in facet.values if value.selected} == chosen
    return [(value.value, value.level, value.count) for value in facet.values]


def test_the_tree_shows_each_level_of_the_chosen_path() -> None:
    assert shown(COUNTS, set(), ()) == [("A", 0, 9), ("F", 0, 1)]
    assert shown(COUNTS, {"A/B"}, ("A", "A/B")) == [
        ("A", 0, 9), ("A/B", 1, 6), ("A/B/C", 2, 4), ("A/B/D", 2, 2), ("A/E", 1, 3), ("F", 0, 1),
    ]  # fmt: skip


def test_the_tree_is_shown_down_to_the_first_choice() -> None:
    assert shown(COUNTS[:3], set(), ()) == [("A", 0, 9), ("A/B", 1, 6), ("A/B/C", 2, 4)]
    assert shown(COUNTS[:4], set(), ())[-2:] == [("A/B/C", 2, 4), ("A/B/D", 2, 2)]


def test_a_chosen_category_without_hits_can_be_taken_back() -> None:
    assert shown([("F", 1)], {"A/B"}, ("A", "A/B")) == [("F", 0, 1), ("A", 0, 0), ("A/B", 1, 0)]


def test_an_attribute_filter_says_what_it_wants() -> None:
    SearchRequest(query="", shop=SHOP, first=5, attributes=(AttributeFilter(key="size", low=1),)).checked()
    for empty in (AttributeFilter(key="size"), AttributeFilter(key="", values=("x",))):
        with pytest.raises(InvalidSearch):
            SearchRequest(query="", shop=SHOP, first=5, attributes=(empty,)).checked()


@pytest.mark.parametrize(
    "asked",
    [
        {"chosen": tuple(Chosen(facet=f"f{number}", values=("x",)) for number in range(21))},
        {"attributes": tuple(AttributeFilter(key=f"f{number}", values=("x",)) for number in range(21))},
        {"chosen": (Chosen(facet="brand", values=tuple(map(str, range(101)))),)},
        {"chosen": tuple(Chosen(facet=f"f{number}", values=tuple(map(str, range(67)))) for number in range(3))},
        {"chosen": (Chosen(facet="f" * 101, values=("x",)),)},
        {"brands": tuple(map(str, range(101)))},
        {"chosen": (Chosen(facet="colour", values=("Red", LONG)),)},
        {"attributes": (AttributeFilter(key="colour", values=(LONG,)),)},
        {"brands": (LONG,)},
        {"brands": ("a\x00",)},
        {"chosen": (Chosen(facet="a\x00", values=("x",)),)},
        {"category_id": LONG},
        {"collection_id": LONG},
        {"chosen": (Chosen(facet="price", values=("10000000000000000000-",)),)},
    ],
)
def test_nobody_narrows_a_search_until_it_breaks_the_engine(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidSearch):
        SearchRequest(query="", shop=SHOP, first=5, **asked).checked()


def offered(counts: FacetCounts, *chosen: Chosen) -> dict[str, list[tuple[str, str, int]]]:
    """Value, label and count of what each facet shows."""
    facets = facets_of(counts, SearchRequest(query="", shop=SHOP, first=5, chosen=chosen), Naming())
    return {facet.key: [(each.value, each.label, each.count) for each in facet.values] for facet in facets}


def counted(**more: Any) -> FacetCounts:
    nothing: dict[str, Any] = {
        "brands": (), "categories": (), "prices": (0,) * 9, "in_stock": 0, "sold_out": 0, "attributes": (),
    }  # fmt: skip
    return FacetCounts(**(nothing | more))


def test_what_is_chosen_keeps_its_count_behind_the_most_that_are_offered() -> None:
    brands = tuple((f"b{number:02}", 50 - number) for number in range(40))
    found = offered(counted(brands=brands), Chosen(facet="brand", values=("b37",)))["brand"]
    assert [count for *_, count in found] == [*range(50, 20, -1), 13]


def test_a_price_range_that_is_no_step_of_the_currency_stays_visible() -> None:
    odd = Chosen(facet="price", values=("999-250000",))
    assert offered(counted(prices=(1, 3, *(0,) * 8)), odd) == {
        "price": [("0-1000", "USD 0 to 10", 1), ("999-250000", "USD 9.99 to 2500", 3)]
    }


def test_facets_with_as_many_hits_have_one_order() -> None:
    pairs = [(key, value, 1) for key in ("size", "colour", "brand") for value in ("S", "M")]
    both = [("M", "M", 1), ("S", "S", 1)]
    expected = [("colour", both), ("size", both)]
    for order in (pairs, pairs[::-1]):
        found = offered(counted(attributes=tuple(order)))
        assert list(found.items()) == expected, "what is called like a facet of every search is none"


def test_a_value_chosen_beside_ranges_counts_as_it_is_written() -> None:
    numbers = {"power": [(float(number), 1) for number in range(1, 11)]}
    attributes = tuple(("power", str(number), 1) for number in range(1, 11))
    chosen = Chosen(facet="power", values=("3", "3.0", "many"))
    found = {
        value: count for value, _, count in offered(counted(attributes=attributes, numbers=numbers), chosen)["power"]
    }
    assert (found["3"], found["3.0"], found["many"]) == (1, 0, 0)


def test_too_few_numbers_for_ranges_are_shown_as_values() -> None:
    attributes = tuple(("power", "5." + "0" * zeros, 1) for zeros in range(10))
    chosen = Chosen(facet="power", values=("..6", "6.."))
    found = offered(counted(attributes=attributes, numbers={"power": [(5.0, 2)]}), chosen)["power"]
    assert len(found) == 12
    assert ("..6", "below 6", 2) in found
    assert ("6..", "6 and more", 0) in found


def test_ranges_of_long_numbers_hold_what_they_say() -> None:
    counted = [(1 + number * 1e-14, 1) for number in range(12)]
    ranges = [number_range(range_value(*each)) for each in number_ranges(counted)]
    assert [sum(within(number, *each) for number, _ in counted) for each in ranges if each] == [2] * 6
