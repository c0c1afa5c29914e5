"""Sums of an order: every one is exact, every part a whole minor unit, nothing below zero."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.money import Money
from subgraphs.order.app.price_carts import PriceCarts, ToPrice
from subgraphs.order.domain.cart import ShopContext
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.fulfillment import paid_for
from subgraphs.order.domain.pricing import Offer, PricingRules
from subgraphs.order.domain.rounding import half_up, split
from subgraphs.order.domain.tax import TaxRate, TaxRounding, TaxTable
from tests.fixtures.pricing import FREE, GERMANY, NOW, VAT, fixed, lines_of, percent, quoted


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
