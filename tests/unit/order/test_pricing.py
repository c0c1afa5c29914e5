"""Discounts, delivery and tax: every sum is exact, every part a whole minor unit, nothing below zero."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.money import Money
from chassis.settings import SettingsError
from subgraphs.order.adapters.pricing_file import DEFAULT, read_pricing
from subgraphs.order.app.price_carts import PriceCarts, ToPrice
from subgraphs.order.domain.cart import ShopContext
from subgraphs.order.domain.delivery import ByWeight, DeliveryRule, DeliveryTable, FlatRate, Parcel, Pickup, WeightBand
from subgraphs.order.domain.discount import DiscountCode, stacking_problem
from subgraphs.order.domain.fulfillment import paid_for
from subgraphs.order.domain.pricing import Offer, PricedLine, PricingRules, Quote, quote
from subgraphs.order.domain.rounding import half_up, split
from subgraphs.order.domain.tax import NO_TAX, Destination, Taxable, TaxRate, TaxRounding, TaxTable

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
GERMANY = Destination(country="DE")
VAT = TaxRate(name="VAT", country="DE", millionths=190_000)
FREE = DeliveryTable(rules=(DeliveryRule(code="pickup", name="Pick up", tariff=Pickup()),))


def lines_of(*costs: tuple[int, int]) -> list[PricedLine]:
    """Of (unit price, quantity)."""
    return [PricedLine(id=str(n), sku=str(n), unit_price=price, quantity=q) for n, (price, q) in enumerate(costs)]


def percent(off: int, **more: Any) -> DiscountCode:
    return DiscountCode(id="", code=f"P{off}", percent_off=off, **more)


def fixed(off: int, **more: Any) -> DiscountCode:
    return DiscountCode(id="", code=f"F{off}", amount_off_minor=off, currency="EUR", **more)


def quoted(lines: list[PricedLine], *codes: DiscountCode, tax: TaxTable = NO_TAX, shipping: int = 0) -> Quote:
    flat = DeliveryRule(code="flat", name="Flat", tariff=FlatRate(prices={"EUR": shipping}))
    rules = PricingRules(delivery=DeliveryTable(rules=(flat,)), tax=tax)
    return quote(lines, codes, rules, delivery_code="flat", destination=GERMANY, currency="EUR")


# Splits


@given(amount=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=8))
def test_a_split_is_exact_and_fair_to_one_minor_unit(amount: int, weights: list[int]):
    parts = split(amount, weights)
    if sum(weights) == 0:
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == amount
    assert all(
        abs(part * sum(weights) - amount * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )
    if amount <= sum(weights):
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "1000"), ("USD", "10.00"), ("KWD", "1.000")])
def test_a_third_in_currencies_of_none_two_and_three_decimals(currency: str, shown: str):
    assert Money(1000, currency).amount == shown
    assert split(1000, [1, 1, 1]) == [334, 333, 333]


def test_a_half_is_rounded_up():
    assert [half_up(n, 2) for n in range(5)] == [0, 1, 1, 2, 2]


# The whole quote

costs = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 999)), max_size=6)
codes = st.lists(st.builds(percent, st.integers(1, 100)) | st.builds(fixed, st.integers(1, 10**9)), max_size=4)
rate = st.builds(
    lambda name, millionths: TaxRate(name=name, country="DE", millionths=millionths),
    st.sampled_from("ABC"),
    st.integers(0, 1_000_000),
)
taxes = st.builds(
    TaxTable,
    rates=st.lists(rate, max_size=3).map(tuple),
    included=st.booleans(),
    rounding=st.sampled_from(TaxRounding),
    on_delivery=st.booleans(),
)


@given(costs, codes, taxes, st.integers(0, 10**6))
def test_every_sum_is_the_sum_of_its_parts_and_nothing_is_negative(
    given_costs: list[tuple[int, int]], given_codes: list[DiscountCode], tax: TaxTable, shipping: int
):
    made = quoted(lines_of(*given_costs), *given_codes, tax=tax, shipping=shipping)
    totals, lines = made.totals, made.lines
    assert totals.subtotal == sum(line.total or 0 for line in lines)
    assert totals.discount == sum(line.discount for line in lines) <= totals.subtotal
    assert all(0 <= line.discount <= (line.total or 0) for line in lines)
    assert totals.shipping == (shipping if lines else 0)
    whole = sum(one.amount for one in made.tax_lines)
    assert totals.tax == (0 if tax.included else whole)
    on_goods = sum(line.tax for line in lines)
    assert 0 <= on_goods <= whole
    assert totals.total == totals.subtotal - totals.discount + totals.shipping + totals.tax >= 0
    taxed = totals.subtotal - totals.discount + (totals.shipping if tax.on_delivery else 0)
    for one in made.tax_lines:
        assert one.base == (taxed - whole if tax.included else taxed)
    if not tax.on_delivery:
        assert on_goods == whole


@given(costs.filter(bool), codes, taxes, st.data())
def test_what_comes_back_piece_by_piece_gives_what_was_paid(
    given_costs: list[tuple[int, int]], given_codes: list[DiscountCode], tax: TaxTable, data: st.DataObject
):
    made = quoted(lines_of(*given_costs), *given_codes, tax=tax, shipping=490)
    every = {line.id: line.quantity for line in made.lines}
    some = {line.id: data.draw(st.integers(0, line.quantity)) for line in made.lines}
    first = paid_for(made.lines, some, tax_included=tax.included)
    whole = paid_for(made.lines, every, tax_included=tax.included)
    assert 0 <= first <= whole
    totals = made.totals
    added = 0 if tax.included else sum(line.tax for line in made.lines)
    assert whole == totals.subtotal - totals.discount + added <= totals.total


# Tax


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


# Delivery

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


# Discount codes


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


# The file

WHOLE = """
[tax]
prices = "inclusive"
rounding = "order"
on_delivery = false
[[tax.rates]]
name = "Sales tax"
country = "US"
regions = ["ny", "New York"]
percent = 8.875
[[delivery]]
code = "parcel"
name = "Parcel"
tariff = "weight"
countries = ["US"]
free_from = { USD = "50.00" }
bands = [{ up_to_grams = 500, prices = { USD = "4.90" } }, { up_to_grams = 900, prices = { USD = "7" } }]
[[delivery]]
code = "pickup"
name = "Pick up"
tariff = "pickup"
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "pricing.toml").write_text(text)
        return tmp_path / "pricing.toml"

    return write


def test_the_file_says_how_the_shop_charges(file: Callable[[str], Path]):
    rules = read_pricing(file(WHOLE))
    rate = TaxRate(name="Sales tax", country="US", millionths=88_750, regions=frozenset({"NY", "NEW YORK"}))
    assert rules.tax == TaxTable(rates=(rate,), included=True, rounding=TaxRounding.ORDER, on_delivery=False)
    offered = rules.delivery(Parcel(currency="USD", grams=600, destination=Destination(country="US")))
    assert [(one.code, one.price) for one in offered] == [("parcel", 700), ("pickup", 0)]


def test_the_file_that_comes_with_the_service_is_sound():
    offered = read_pricing(DEFAULT).delivery(Parcel(currency="KWD"))
    assert [(one.code, one.price) for one in offered] == [("standard", 1_500), ("express", 4_500)]


FAULTS = [
    ('prices = "inclusive"', 'prices = "net"', 'tax.prices: "net", expected "exclusive" or "inclusive"'),
    ('rounding = "order"', "rounding = 2", 'tax.rounding: 2, expected "line" or "order"'),
    ("on_delivery = false", 'on_delivery = "no"', 'tax.on_delivery: "no", expected true or false'),
    ('country = "US"', 'country = "USA"', 'tax.rates[1].country: "USA", expected two capital letters'),
    ('name = "Sales tax"', "", "tax.rates[1].name: missing, expected what the shopper reads"),
    ("percent = 8.875", "percent = 8.87512", "tax.rates[1].percent: 8.87512, expected a number from 0 to 100"),
    ("percent = 8.875", "percent = 101", "tax.rates[1].percent: 101, expected a number from 0 to 100"),
    ('regions = ["ny", "New York"]', 'regions = "ny"', 'tax.rates[1].regions: "ny", expected a list'),
    ('"4.90"', '"4.905"', "delivery[1].bands[1].prices.USD: '4.905' has more than 2 decimals"),
    ('"4.90"', "4.90", "delivery[1].bands[1].prices.USD: 4.90, expected a decimal in quotes"),
    ('"4.90"', '"-4.90"', "delivery[1].bands[1].prices.USD: '-4.90' is negative"),
    ('USD = "50.00"', 'XXX = "50.00"', "delivery[1].free_from.XXX: no such currency"),
    ("up_to_grams = 900", "up_to_grams = 500", "delivery[1].bands[2].up_to_grams: expected more than"),
    ('code = "pickup"', 'code = "parcel"', "delivery[2].code: 'parcel' is there twice"),
    ('code = "pickup"', 'code = "Pick up"', 'delivery[2].code: "Pick up", expected small letters'),
    ('tariff = "pickup"', 'tariff = "drone"', 'delivery[2].tariff: "drone", expected "flat" or'),
    ('tariff = "pickup"', 'tariff = "pickup"\nprice = "1"', "delivery[2].price: unknown here; expected"),
    ("[tax]", "[taxes]\n[tax]", "taxes: unknown here; expected delivery, tax"),
    ("[tax]", "[tax", "is not TOML: "),
]


@pytest.mark.parametrize(("right", "wrong", "told"), FAULTS, ids=[told for _, _, told in FAULTS])
def test_a_fault_in_the_file_is_told_with_its_place_and_its_mending(
    file: Callable[[str], Path], right: str, wrong: str, told: str
):
    with pytest.raises(SettingsError) as refused:
        read_pricing(file(WHOLE.replace(right, wrong, 1)))
    assert str(refused.value).startswith("PRICING_FILE='")
    assert told in str(refused.value)


def test_all_faults_of_the_file_are_told_at_once(file: Callable[[str], Path]):
    with pytest.raises(SettingsError) as refused:
        read_pricing(file('[tax]\nprices = "net"\n[[tax.rates]]\npercent = 200\n'))
    for path in ("tax.prices", "tax.rates[1].name", "tax.rates[1].country", "tax.rates[1].percent", "delivery"):
        assert f"{path}: " in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml' cannot be read: No such file"):
        read_pricing(tmp_path / "nowhere.toml")


# Sets of carts


class CountedShop:
    """A catalogue and a store that count what they are asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def offers(self, skus: Sequence[str], context: ShopContext) -> dict[str, Offer]:
        self.asked.append(f"offers in {context.currency}")
        return {
            sku: Offer(sku=sku, variant_id="", product_id="", name="", price=1_000, published=True, available=9)
            for sku in skus
        }

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Any]:
        yield SimpleNamespace(discount_codes=self)

    async def get(self, names: Sequence[str]) -> dict[str, DiscountCode]:
        self.asked.append("codes")
        return {name: percent(10) for name in names}


@pytest.mark.parametrize("carts", [1, 50])
async def test_pricing_many_carts_asks_no_more_than_pricing_one(carts: int):
    shop: Any = CountedShop()
    rules = PricingRules(delivery=FREE, tax=TaxTable(rates=(VAT,)))
    price = PriceCarts(prices=shop, store=shop, rules=rules, now=lambda: NOW)
    context = ShopContext(channel="web", currency="EUR", locale="de")
    asked = [
        ToPrice(
            context=context, lines=[("1", f"sku-{n}", 1)], codes=("P10",), delivery_code="pickup", destination=GERMANY
        )
        for n in range(carts)
    ]
    priced = await price(asked)
    assert [one.quote.totals.total for one in priced] == [900 + 171] * carts
    assert sorted(shop.asked) == ["codes", "offers in EUR"]
