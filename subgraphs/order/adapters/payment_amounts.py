"""Stripe's units of money, where they are not ISO 4217's minor units.

Three-decimal currencies must end in 0; ISK and UGX have no minor unit but are told in hundredths; MGA is told whole.
"""

from chassis.money import Money

IN_TENS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
TIMES_HUNDRED = frozenset({"ISK", "UGX"})
HUNDREDTH = frozenset({"MGA"})


class NotPayable(Exception):
    """The provider cannot move exactly this amount."""


def units(money: Money) -> int:
    """The amount as the provider wants it. Raises NotPayable."""
    amount, currency = money.minor_units, money.currency
    if currency in TIMES_HUNDRED:
        return amount * 100
    step = 10 if currency in IN_TENS else 100 if currency in HUNDREDTH else 1
    if amount % step:
        raise NotPayable(f"{currency} is paid in steps of {Money(step, currency).amount}, not {money.amount}")
    return amount // step if currency in HUNDREDTH else amount


def money_of(units: int, currency: str) -> Money:
    """What the provider tells, exactly; `currency` in any case. Raises NotPayable for a part of a minor unit."""
    code = currency.upper()
    if code in TIMES_HUNDRED:
        whole, part = divmod(units, 100)
        if part:
            raise NotPayable(f"{units} is no whole amount of {code}")
        return Money(whole, code)
    return Money(units * 100 if code in HUNDREDTH else units, code)
