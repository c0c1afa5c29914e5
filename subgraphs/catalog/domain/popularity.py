"""How much of a product sells, in a handful of bands."""

from collections.abc import Iterator
from dataclasses import dataclass

STAYS = 0.8
"""Of its lower bound a score may lose the rest before the band falls: a score at a bound does not flap."""


@dataclass(frozen=True, kw_only=True)
class PopularityRules:
    """When sales count, and how much makes a difference."""

    half_life_days: float
    """After so many days a sale counts half."""
    bands: tuple[float, ...]
    """Units, recent ones counting most, from which a product is in band 1, 2, …; ascending."""

    def faults(self) -> Iterator[str]:
        if self.half_life_days <= 0:
            yield "half_life_days must be greater than 0"
        if not self.bands or self.bands[0] <= 0 or list(self.bands) != sorted(set(self.bands)):
            yield "bands must be numbers greater than 0, each greater than the one before"
