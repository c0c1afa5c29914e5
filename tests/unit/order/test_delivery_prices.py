"""What delivery costs, and where it goes."""

import pytest

from subgraphs.order.domain.delivery import ByWeight, DeliveryRule, DeliveryTable, FlatRate, Parcel, Pickup, WeightBand
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.pricing import PricingRules, quote
from subgraphs.order.domain.tax import NO_TAX, Destination
from tests.fixtures.pricing import GERMANY, lines_of, percent

BANDS = ByWeight(
    bands=(
        WeightBand(up_to_grams=1_000, prices={"EUR": 490, "JPY": 500}),
        WeightBand(up_to_grams=5_000, prices={"EUR": 990}),
    ),
    free_from={"EUR": 10_000},
)


@pytest.mark.parametrize(
    ("parcel", "price"),
    [
        (Parcel(currency="EUR", grams=0), 490),
        (Parcel(currency="EUR", grams=1_000), 490),
        (Parcel(currency="EUR", grams=1_001), 990),
        (Parcel(currency="EUR", grams=5_001), None),
        (Parcel(currency="JPY", grams=1_001), None),
        (Parcel(currency="EUR", grams=1, goods=9_999), 490),
        (Parcel(currency="EUR", grams=1, goods=10_000), 0),
        (Parcel(currency="EUR", grams=5_001, goods=10_000), None),
        (Parcel(currency="JPY", grams=1, goods=10_000), 500),
    ],
)
def test_delivery_by_weight_is_free_from_a_subtotal_on_and_ends_with_its_last_band(parcel: Parcel, price: int | None):
    assert BANDS(parcel) == price


def test_a_method_is_offered_where_it_goes_and_before_that_is_known():
    rule = DeliveryRule(code="van", name="Van", tariff=Pickup(), countries=frozenset({"DE"}))
    known = [None, GERMANY, Destination(country="FR")]
    assert [bool(rule.offers(Parcel(currency="EUR", destination=to))) for to in known] == [True, True, False]


def test_free_delivery_is_judged_by_what_is_left_after_discounts():
    tariff = FlatRate(prices={"EUR": 490}, free_from={"EUR": 1_000})
    rules = PricingRules(
        delivery=DeliveryTable(rules=(DeliveryRule(code="flat", name="Flat", tariff=tariff),)), tax=NO_TAX
    )

    def shipping(*given: DiscountCode) -> int:
        made = quote(lines_of((1_000, 1)), given, rules, delivery_code="flat", destination=GERMANY, currency="EUR")
        return made.totals.shipping

    assert (shipping(), shipping(percent(1))) == (0, 490)
