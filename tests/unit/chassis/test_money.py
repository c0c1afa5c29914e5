import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.money import InvalidAmount, Money, WrongCurrency, decimal_amount, parse_amount


@pytest.mark.parametrize(
    ("minor_units", "currency", "amount"),
    [
        (1234, "USD", "12.34"),
        (-5, "USD", "-0.05"),
        (0, "EUR", "0.00"),
        (1234, "JPY", "1234"),
        (-1, "JPY", "-1"),
        (1234, "KWD", "1.234"),
    ],
)
def test_an_amount_shows_the_decimals_of_its_currency(minor_units: int, currency: str, amount: str) -> None:
    assert decimal_amount(minor_units, currency) == amount


@given(st.integers(-(10**15), 10**15), st.sampled_from(["USD", "JPY", "KWD"]))
def test_what_is_shown_can_be_read_back(minor_units: int, currency: str) -> None:
    assert parse_amount(decimal_amount(minor_units, currency), currency) == minor_units


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("12.345", "USD"),
        ("1.5", "JPY"),
        ("x", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("1e99", "USD"),
        ("-1e30", "EUR"),
        ("1e999990", "JPY"),
        ("1e999999999", "USD"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused(amount: str, currency: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_amount(amount, currency)


def test_currencies_do_not_mix() -> None:
    with pytest.raises(WrongCurrency):
        Money(1, "USD") + Money(1, "EUR")


def test_money_is_added_subtracted_multiplied_and_compared() -> None:
    price = Money(250, "USD")
    assert price * 3 - Money(50, "USD") == Money(700, "USD")
    assert Money(1, "USD") < price <= price
    assert not Money(0, "USD")
