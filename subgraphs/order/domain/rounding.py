"""Whole minor units, whatever the currency has of them: rounded once, and split without a remainder."""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two amounts that are not negative; a half is rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` minor units in parts by weight: whole units, their sum exact, the largest remainders rounded up.

    No part exceeds its weight while `amount` does not exceed their sum.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for i in by_remainder[: amount - sum(parts)]:
        parts[i] += 1
    return parts
