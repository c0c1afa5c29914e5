"""The ranges of the price facet."""

from chassis.money import decimal_amount, exponent
from subgraphs.catalog.domain.errors import InvalidSearch

PRICE_STEPS = (0, 10, 25, 50, 100, 250, 500, 1_000, 2_500)
"""Where price ranges begin, in major units of the currency; the last one is open."""


def price_steps(currency: str) -> list[tuple[int, int | None]]:
    """The ranges of the price facet in minor units: from, and up to (not included; None: open)."""
    starts = [step * 10 ** exponent(currency) for step in PRICE_STEPS]
    return list(zip(starts, [*starts[1:], None], strict=True))


def price_value(start: int, end: int | None) -> str:
    """How a range is sent back: "2500-5000", open "250000-"."""
    return f"{start}-{'' if end is None else end}"


def price_range(value: str) -> tuple[int, int | None]:
    """Reads `price_value`. Raises InvalidSearch."""
    start, dash, end = value.partition("-")
    if not dash or not start.isdecimal() or (end and not end.isdecimal()) or len(value) > 40:
        raise InvalidSearch("a price range is written in minor units like 2500-5000", value=value[:40])
    low, high = int(start), int(end) if end else None
    if max(low, high or 0) >= 2**63:
        raise InvalidSearch("a price has at most 19 digits", value=value[:40])
    return low, high


def price_label(start: int, end: int | None, currency: str) -> str:
    low = decimal_amount(start, currency).partition(".")[0]
    if end is None:
        return f"{currency} {low} and more"
    return f"{currency} {low} to {decimal_amount(end, currency).partition('.')[0]}"
