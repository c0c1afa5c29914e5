"""What codes take off."""

from datetime import timedelta
from typing import Any

import pytest

from subgraphs.order.domain.discount import stacking_problem
from tests.fixtures.pricing import NOW, fixed, lines_of, percent, quoted


def test_codes_are_applied_in_their_order_each_to_what_is_left():
    lines = lines_of((10_000, 1))
    assert quoted(lines, percent(10), fixed(1_000)).totals.discount == 2_000
    assert quoted(lines, fixed(1_000), percent(10)).totals.discount == 1_900
    assert quoted(lines, percent(50), percent(50)).totals.discount == 7_500


def test_a_fixed_amount_takes_no_more_than_there_is():
    made = quoted(lines_of((300, 1), (200, 1)), fixed(9_999), percent(10), shipping=490)
    assert (made.totals.discount, made.totals.total) == (500, 490)
    assert [line.discount for line in made.lines] == [300, 200]


def test_a_discount_is_split_over_the_lines_to_the_minor_unit():
    made = quoted(lines_of((100, 1), (100, 1), (100, 1)), fixed(100))
    assert [line.discount for line in made.lines] == [34, 33, 33]


def test_percentages_round_half_up_to_the_minor_unit():
    assert percent(10).amount_off(1_005) == 101
    assert percent(33).amount_off(1) == 0


def test_an_exclusive_code_stands_alone_and_others_stack():
    alone = percent(5, exclusive=True)
    assert stacking_problem([alone]) is None
    assert stacking_problem([percent(10), fixed(5)]) is None
    refused = stacking_problem([percent(10), alone])
    assert refused is not None
    assert "P5 cannot be used together" in refused.message


@pytest.mark.parametrize(
    ("rules", "applies"),
    [
        ({}, True),
        ({"minimum_minor": 1_000, "currency": "EUR"}, True),
        ({"minimum_minor": 1_001, "currency": "EUR"}, False),
        ({"expires_at": NOW + timedelta(seconds=1)}, True),
        ({"expires_at": NOW}, False),
        ({"currency": "USD"}, False),
        ({"usage_limit": 1, "used_count": 1}, True),  # decided when its use is claimed
    ],
)
def test_a_code_that_does_not_apply_takes_nothing_off(rules: dict[str, Any], applies: bool):
    assert percent(10, **rules).applies(subtotal=1_000, currency="EUR", now=NOW) is applies
