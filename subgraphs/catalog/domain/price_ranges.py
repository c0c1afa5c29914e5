"""The ranges of the price facet."""

from collections.abc import Iterable
from math import inf

from chassis.money import decimal_amount, exponent
from subgraphs.catalog.domain.errors import InvalidSearch

PRICE_STEPS = (0, 10, 25, 50, 100, 250, 500, 1_000, 2_500)
"""Where price ranges begin, in major units of the currency; the last one is open."""


PriceRange = tuple[int, int | None]
"""Minor units from, and up to (not included; None: open)."""


def price_ranges(currency: str, chosen: Iterable[PriceRange]) -> list[PriceRange]:
    """The steps of the currency, and what was chosen beside them; ascending."""
    return sorted({*price_steps(currency), *chosen}, key=lambda each: (each[0], inf if each[1] is None else each[1]))


def price_steps(currency: str) -> list[PriceRange]:
    """The ranges that every search in the currency has."""
    starts = [step * 10 ** exponent(currency) for step in PRICE_STEPS]
    return list(zip(starts, [*starts[1:], None], strict=True))


def price_value(start: int, end: int | None) -> str:
    """How a range is sent back: "2500-5000", open "250000-"."""
    return f"{start}-{'' if end is None else end}"


def price_range(value: str) -> PriceRange:
    """Reads `price_value`. Raises InvalidSearch."""
    start, dash, end = value.partition("-")
    if not dash or not start.isdecimal() or (end and not end.isdecimal()) or len(value) > 40:
        raise InvalidSearch("a price range is written in minor units like 2500-5000", value=value[:40])
    low, high = int(start), int(end) if end else None
    if max(low, high or 0) >= 2**63:
        raise InvalidSearch("a price has at most 19 digits", value=value[:40])
    return low, high


def price_label(start: int, end: int | None, currency: str) -> str:
    if end is None:
        return f"{currency} {_plain(start, currency)} and more"
    return f"{currency} {_plain(start, currency)} to {_plain(end, currency)}"


def _plain(minor_units: int, currency: str) -> str:
    """Without decimals where there are none."""
    whole, _, decimals = decimal_amount(minor_units, currency).partition(".")
    return f"{whole}.{decimals}" if decimals.strip("0") else whole
