"""What tax comes to."""

from typing import Any

import pytest

from subgraphs.order.domain.tax import Destination, Taxable, TaxRate, TaxRounding, TaxTable
from tests.fixtures.pricing import GERMANY, VAT


def taxed(*amounts: int, delivery: int = 0, to: Destination | None = GERMANY, **table: Any) -> Any:
    table.setdefault("rates", (VAT,))
    return TaxTable(**table)(Taxable(lines=amounts, delivery=delivery), to)


def test_tax_comes_on_top_of_exclusive_prices_and_out_of_inclusive_ones():
    on_top = taxed(10_000, delivery=500)
    assert [(one.base, one.amount, one.included) for one in on_top.breakdown] == [(10_500, 1_995, False)]
    assert (on_top.added, on_top.lines) == (1_995, (1_900,))
    within = taxed(11_900, delivery=595, included=True)
    assert [(one.base, one.amount, one.included) for one in within.breakdown] == [(10_500, 1_995, True)]
    assert (within.added, within.lines) == (0, (1_900,))


def test_rounding_by_line_and_by_order_differ_and_both_add_up():
    by_line = taxed(3, 3, 3)
    assert (by_line.lines, by_line.breakdown[0].amount) == ((1, 1, 1), 3)
    by_order = taxed(3, 3, 3, rounding=TaxRounding.ORDER)
    assert (by_order.lines, by_order.breakdown[0].amount) == ((1, 1, 0), 2)


def test_delivery_is_taxed_only_where_it_is():
    assert taxed(1_000, delivery=1_000, on_delivery=False).breakdown[0].amount == 190


def test_a_regions_own_rates_hold_there_instead_of_its_countrys():
    rates = (
        TaxRate(name="GST", country="CA", millionths=50_000),
        TaxRate(name="GST", country="CA", millionths=50_000, regions=frozenset({"BC", "BRITISH COLUMBIA"})),
        TaxRate(name="PST", country="CA", millionths=70_000, regions=frozenset({"BC", "BRITISH COLUMBIA"})),
    )
    there = taxed(10_000, to=Destination(country="CA", region=" British Columbia "), rates=rates)
    assert [(one.name, one.amount) for one in there.breakdown] == [("GST", 500), ("PST", 700)]
    elsewhere = taxed(10_000, to=Destination(country="CA", region="AB"), rates=rates)
    assert [(one.name, one.amount) for one in elsewhere.breakdown] == [("GST", 500)]
    contained = taxed(112, to=Destination(country="CA", region="BC"), rates=rates, included=True)
    assert [(one.base, one.amount) for one in contained.breakdown] == [(100, 5), (100, 7)]


@pytest.mark.parametrize("to", [None, Destination(country="FR")])
def test_without_an_address_or_a_rate_for_it_there_is_no_tax(to: Destination | None):
    assert taxed(1_000, to=to).breakdown == ()


@pytest.mark.parametrize("minor", [333, 150, 1])
def test_tax_is_rounded_half_up_to_the_minor_unit_of_any_currency(minor: int):
    assert taxed(minor).added == {333: 63, 150: 29, 1: 0}[minor]  # 63.27, 28.5, 0.19
