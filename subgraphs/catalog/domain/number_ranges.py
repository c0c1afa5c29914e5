"""Stretches of a number to choose from: "10 to 15". Each holds about as many hits as the next, and begins at a round
number."""

import math
import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

MOST_RANGES = 6
SEPARATOR = ".."
MOST_KEPT = 4_096
"""Numbers whose sortable text is kept: a catalogue says the same ones again and again."""

Range = tuple[float | None, float | None]
"""From, and up to (not included); None is open."""


def number_ranges(counted: Sequence[tuple[float, int]]) -> list[Range]:
    """For numbers with their hits, ascending. Empty where there is nothing to choose between."""
    left, starts = sum(hits for _, hits in counted), list[float]()
    wanted, gathered = left / MOST_RANGES, 0
    for (number, hits), (following, _) in pairwise(counted):
        gathered += hits
        if gathered >= wanted and len(starts) < MOST_RANGES - 1:
            starts.append(roundest(number, following))
            left -= gathered
            # What one frequent number took beyond its part is not asked of the others.
            wanted, gathered = left / (MOST_RANGES - len(starts)), 0
    if not starts:
        return []
    return list(zip([None, *starts], [*starts, None], strict=True))


def roundest(above: float, up_to: float) -> float:
    """The number with the fewest digits that is greater than the first and at most the second."""
    exponent = math.floor(math.log10(max(abs(above), abs(up_to)) or 1)) + 1
    for power in range(exponent, exponent - 17, -1):
        for factor in (1, 0.5, 0.2):
            step = factor * 10.0**power
            candidate = float(f"{(math.floor(above / step) + 1) * step:.12g}")
            if above < candidate <= up_to:
                return candidate
    return up_to


def range_value(low: float | None, high: float | None) -> str:
    """How a range is sent back: "10..15", open "15..": the lower bound is in it, the upper is not."""
    return f"{_plain(low)}{SEPARATOR}{_plain(high)}"


def number_range(value: str) -> Range | None:
    """Reads `range_value`; None for any other text."""
    low, separator, high = value.partition(SEPARATOR)
    if not separator or not (low or high):
        return None
    try:
        bounds = (float(low) if low else None, float(high) if high else None)
    except ValueError:
        return None
    return bounds if all(bound is None or math.isfinite(bound) for bound in bounds) else None


def range_label(low: float | None, high: float | None, unit: str | None) -> str:
    after = f" {unit}" if unit else ""
    if low is None:
        return f"below {_plain(high)}{after}"
    return f"{_plain(low)}{after} and more" if high is None else f"{_plain(low)} to {_plain(high)}{after}"


def within(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number < high)


@lru_cache(maxsize=MOST_KEPT)
def sortable(number: float) -> str:
    """16 characters whose order is that of the numbers: ranges of them work on plain terms."""
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return f"{bits ^ (0xFFFFFFFFFFFFFFFF if bits >> 63 else 1 << 63):016x}"


def from_sortable(text: str) -> float:
    bits = int(text, 16)
    bits ^= 1 << 63 if bits >> 63 else 0xFFFFFFFFFFFFFFFF
    (number,) = struct.unpack(">d", struct.pack(">Q", bits))
    return float(number)


def as_number(value: str) -> float | None:
    """The number a value is, if it is one and nothing else."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _plain(number: float | None) -> str:
    """So that it is read as the same number again."""
    if number is None:
        return ""
    short = format(number, ".12g")
    return short if float(short) == number else repr(number)
