"""Prices as they are given in mutations."""

from emporium.common.v1.money_pb2 import Money

from chassis.graph import MoneyInput
from chassis.money import NO_AMOUNT, InvalidAmount


def price_message(given: MoneyInput) -> Money:
    """NO_AMOUNT for what its currency cannot say (1.234 USD): refused with its item, and the others are written."""
    try:
        return given.message()
    except InvalidAmount:
        return Money(minor_units=NO_AMOUNT, currency_code=given.currency_code)
