"""Money: whole minor units of a currency. No float ever."""

from dataclasses import dataclass
from decimal import Decimal

from chassis.errors import InvalidInput

EXPONENTS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217 currencies whose minor unit is not a hundredth."""

CURRENCIES = frozenset({
    *EXPONENTS,
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BMD", "BND", "BOB", "BRL",
    "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP",
    "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL",
    "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR",
    "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB",
    "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB",
    "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "VED", "VES", "WST", "XCD", "XCG",
    "YER", "ZAR", "ZMW", "ZWG",
})  # fmt: skip
"""ISO 4217's currencies that people pay with."""

LONGEST_AMOUNT = 20
"""Digits before the point; no 64-bit number of minor units has more."""


NO_AMOUNT = -1
"""Minor units in place of what a currency cannot say: less than any price, so that it is refused where prices are
judged, at its own place among the items of a batch."""


class WrongCurrency(InvalidInput):
    """Amounts of different currencies do not mix."""

    reason = "WRONG_CURRENCY"


class InvalidAmount(InvalidInput):
    """Not an amount of this currency."""

    reason = "INVALID_AMOUNT"


def exponent(currency: str) -> int:
    """Decimals of the currency's major unit: 2 for USD, 0 for JPY, 3 for KWD."""
    return EXPONENTS.get(currency, 2)


def decimal_amount(minor_units: int, currency: str) -> str:
    """`1234, "USD"` → `"12.34"`; `-5, "USD"` → `"-0.05"`; `1234, "JPY"` → `"1234"`."""
    digits = EXPONENTS.get(currency, 2)
    if digits == 2 and minor_units >= 0:
        return f"{minor_units // 100}.{minor_units % 100:02d}"
    if not digits:
        return str(minor_units)
    sign = "-" if minor_units < 0 else ""
    whole, part = divmod(abs(minor_units), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def parse_amount(amount: str, currency: str) -> int:
    """`"12.34", "USD"` → 1234 minor units. Raises InvalidAmount for more decimals than the currency has."""
    try:
        parsed = Decimal(amount)
        if parsed.is_finite() and parsed.adjusted() > LONGEST_AMOUNT:
            # Before it is written out: 1E+999999999 has a billion digits.
            raise InvalidAmount(f"{amount[:60]!r} is too large", currency=currency)
        scaled = parsed.scaleb(exponent(currency))
        minor_units = int(scaled)
    except (ArithmeticError, ValueError) as error:
        raise InvalidAmount(f"{amount[:60]!r} is not a decimal number", currency=currency) from error
    if scaled != minor_units:
        raise InvalidAmount(f"{amount!r} has more than {exponent(currency)} decimals", currency=currency)
    if abs(minor_units) >= 2**63:
        raise InvalidAmount(f"{amount!r} is too large", currency=currency)
    return minor_units


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units. Arithmetic across currencies raises WrongCurrency."""

    minor_units: int
    currency: str

    @property
    def amount(self) -> str:
        return decimal_amount(self.minor_units, self.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor_units + other.minor_units, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor_units - other.minor_units, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor_units * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor_units < other.minor_units

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor_units <= other.minor_units

    def __bool__(self) -> bool:
        return self.minor_units != 0

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise WrongCurrency(left=self.currency, right=other.currency)
