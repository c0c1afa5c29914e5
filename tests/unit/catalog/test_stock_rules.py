"""The rules of stock: who gets what from where, what an adjustment may do, what is told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subgraphs.catalog.domain.allocation import AllocationStrategy, allocate
from subgraphs.catalog.domain.stock import (
    COMMIT,
    RELEASE,
    RESTOCK,
    SECURE,
    Adjustment,
    Reservation,
    StockLevel,
    faults_of_adjustment,
    reservation,
)
from subgraphs.catalog.domain.stock_location import LocationDraft, faults_of_location
from subgraphs.catalog.domain.stock_news import news_of, news_of_threshold

PLACES = ("hub", "east", "west", "shop")
PRIORITY, FEWEST = AllocationStrategy.PRIORITY, AllocationStrategy.FEWEST_PARCELS
LINES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5)), min_size=1, max_size=4)
SHELVES = st.dictionaries(
    st.sampled_from("abc"), st.dictionaries(st.sampled_from(PLACES), st.integers(0, 6), min_size=1), min_size=1
)


def asked(name: str, *lines: tuple[str, int]) -> Reservation:
    return reservation(reservation_id=name, order_id="", lines=lines, ttl_seconds=60)


def taken(
    strategy: AllocationStrategy, lines: list[tuple[str, int]], shelves: Mapping[str, Mapping[str, int]]
) -> list[tuple[str, str, int]]:
    (grant,) = allocate([asked("r", *lines)], shelves, PLACES, strategy).granted
    return [(part.sku, part.location, part.units) for part in grant.parts]


@given(st.lists(LINES, max_size=12), SHELVES, st.sampled_from(AllocationStrategy))
def test_each_gets_all_it_wants_or_is_told_what_is_missing_and_nobody_takes_what_is_not_there(
    orders: list[list[tuple[str, int]]], shelves: dict[str, dict[str, int]], strategy: AllocationStrategy
) -> None:
    reservations = [asked(f"r{number}", *lines) for number, lines in enumerate(orders)]
    allocation = allocate(reservations, shelves, PLACES, strategy)
    assert allocation == allocate(reservations, shelves, PLACES, strategy)
    granted = {grant.reservation.id: grant for grant in allocation.granted}
    left = {sku: Counter(units) for sku, units in shelves.items()}
    for each in reservations:
        free = {sku: sum(left.get(sku, Counter()).values()) for sku in each.wanted}
        short = {sku for sku, units in each.wanted.items() if sku not in left or units > free[sku]}
        assert {shortage.sku for shortage in allocation.refused.get(each.id, ())} == short
        assert (each.id in granted) is not bool(short)
        if not short:
            parts = granted[each.id].parts
            assert all(part.units > 0 for part in parts)
            for part in parts:
                left[part.sku][part.location] -= part.units
            assert Counter(each.wanted) == sum((Counter({part.sku: part.units}) for part in parts), Counter())
        assert all(units >= 0 for place in left.values() for units in place.values())


@given(LINES, SHELVES)
def test_as_few_locations_as_can_serve_all_of_it_serve_it(
    lines: list[tuple[str, int]], shelves: dict[str, dict[str, int]]
) -> None:
    wanted = asked("r", *lines).wanted

    def serve(places: tuple[str, ...]) -> bool:
        return all(sum(shelves.get(sku, {}).get(at, 0) for at in places) >= units for sku, units in wanted.items())

    sizes = [size for size in range(1, len(PLACES) + 1) if any(map(serve, combinations(PLACES, size)))]
    allocation = allocate([asked("r", *lines)], shelves, PLACES, FEWEST)
    assert bool(allocation.granted) is bool(sizes)
    if sizes:
        assert len({part.location for part in allocation.granted[0].parts}) == sizes[0]


def test_the_highest_priority_is_emptied_first_and_the_next_gives_the_rest() -> None:
    shelves = {"a": {"west": 9, "hub": 2, "east": 2}}
    assert taken(PRIORITY, [("a", 5)], shelves) == [("a", "hub", 2), ("a", "east", 2), ("a", "west", 1)]
    assert taken(FEWEST, [("a", 5)], shelves) == [("a", "west", 5)]


def test_one_parcel_beats_priority_and_priority_decides_among_equals() -> None:
    shelves = {"a": {"hub": 1, "east": 3, "west": 3}, "b": {"hub": 1, "east": 0, "west": 1}}
    assert taken(FEWEST, [("a", 2), ("b", 1)], shelves) == [("a", "west", 2), ("b", "west", 1)]
    assert taken(FEWEST, [("a", 3)], shelves) == [("a", "east", 3)]


def test_with_very_many_locations_a_good_set_is_found_in_bounded_time() -> None:
    places = [f"p{number:02}" for number in range(100)]
    shelves = {"a": dict.fromkeys(places, 1) | {"p98": 40, "p99": 50}}
    allocation = allocate([asked("r", ("a", 92))], shelves, places, FEWEST)
    assert Counter(part.location for part in allocation.granted[0].parts).keys() >= {"p98", "p99"}
    assert len(allocation.granted[0].parts) == 4


@pytest.mark.parametrize("strategy", AllocationStrategy)
def test_first_come_is_first_served_and_a_small_order_may_pass_a_large_one(strategy: AllocationStrategy) -> None:
    orders = [asked(name, ("a", units)) for name, units in (("large", 9), ("small", 2), ("later", 1))]
    granted = allocate(orders, {"a": {"hub": 1, "shop": 1}}, PLACES, strategy).granted
    assert [grant.reservation.id for grant in granted] == ["small"]


def test_the_steps_of_a_reservation_are_a_chain() -> None:
    assert set(SECURE.origins.values()) == {"reserved"}
    assert COMMIT.origins == {SECURE.target: SECURE.takes}
    assert RESTOCK.origins == {COMMIT.target: COMMIT.takes}
    assert RESTOCK.takes == RELEASE.takes == "available"


@pytest.mark.parametrize(
    ("delta", "quantity", "change_from", "available", "code"),
    [
        (5, None, None, 3, None), (5, None, 3, 3, None), (5, None, 4, 3, "CHANGE_FROM_QUANTITY_STALE"),
        (-4, None, None, 3, "INSUFFICIENT_STOCK"), (0, None, None, 3, "INVALID_QUANTITY"),
        (10**9, None, None, 3, "INVALID_QUANTITY"), (1, None, None, None, "UNKNOWN_SKU"),
        (0, 5, None, 3, None), (0, 2, None, 3, None), (0, 1, None, 3, "INSUFFICIENT_STOCK"),
        (0, 9, 4, 3, "CHANGE_FROM_QUANTITY_STALE"), (1, 9, None, 3, "INVALID_QUANTITY"),
        (0, -1, None, 3, "INVALID_QUANTITY"), (0, 10**9 + 1, None, 3, "INVALID_QUANTITY"),
    ],
)  # fmt: skip
def test_adjustments_are_judged(
    delta: int, quantity: int | None, change_from: int | None, available: int | None, code: str | None
) -> None:
    adjustment = Adjustment(sku="s", delta=delta, quantity=quantity, change_from=change_from)
    level = None if available is None else StockLevel(sku="s", available=available, reserved=1, secured=1, sold=7)
    faults = faults_of_adjustment(adjustment, level, (), known=level is not None)
    assert [fault.code for fault in faults] == ([code] if code else [])


def test_a_known_sku_at_an_unknown_location_is_told_from_an_unknown_one() -> None:
    (fault,) = faults_of_adjustment(Adjustment(sku="s", delta=1, location="moon"), None, (), known=True)
    assert (fault.code, fault.field) == ("NOT_FOUND", ("locationId",))


def test_what_is_held_is_part_of_what_is_counted() -> None:
    level = StockLevel(sku="s", available=3, reserved=2, secured=1, sold=50)
    assert [Adjustment(sku="s", quantity=units).delta_at(level) for units in (6, 10, 3)] == [0, 4, -3]


@pytest.mark.parametrize(
    ("before", "after", "threshold", "told"),
    [
        (9, 6, 5, []), (9, 5, 5, ["LOW"]), (5, 3, 5, []), (6, 0, 5, ["LOW", "OUT"]), (3, 0, 5, ["OUT"]),
        (0, 3, 5, ["BACK"]), (0, 9, 5, ["BACK"]), (3, 9, 5, []), (1, 0, 0, ["OUT"]), (0, 0, 5, []), (5, 5, 5, []),
    ],
)  # fmt: skip
def test_each_crossing_is_told_once(before: int, after: int, threshold: int, told: list[str]) -> None:
    assert [news.crossing.value for news in news_of("s", before, after, threshold)] == told


def test_a_threshold_above_what_is_there_tells_that_it_is_low() -> None:
    told = [bool(news_of_threshold("s", 7, before, after)) for before, after in ((5, 6), (5, 7), (7, 9), (9, 5))]
    assert told == [False, True, False, False]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None), ({"id": "Berlin"}, "INVALID"), ({"id": ""}, "INVALID"), ({"id": "x" * 65}, "INVALID"),
        ({"name": " "}, "REQUIRED"), ({"name": "n" * 201}, "TOO_LONG"), ({"priority": 10**7}, "INVALID"),
        ({"id": "default", "active": False}, "WRONG_STATE"), ({"active": False}, None),
    ],
)  # fmt: skip
def test_locations_are_judged(changes: dict[str, object], code: str | None) -> None:
    values: dict[str, object] = {"id": "berlin-2", "name": "Berlin", "address": None, "priority": 0, "active": True}
    draft = LocationDraft(**(values | changes), expected_version=None)  # type: ignore[arg-type]
    assert [fault.code for fault in faults_of_location(draft)] == ([code] if code else [])
