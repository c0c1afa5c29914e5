"""Tax: told what is taxed and where it goes, a calculator answers how much of which tax. No I/O, whole minor units."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from subgraphs.order.domain.rounding import half_up, split

MILLION = 1_000_000


class TaxRounding(enum.StrEnum):
    LINE = "line"
    """Each line and the delivery are rounded, then added up."""
    ORDER = "order"
    """The sum is rounded, then split over the lines and the delivery."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the goods go."""

    country: str
    """ISO 3166-1 alpha-2."""
    region: str = ""
    """As the shopper wrote it."""


@dataclass(frozen=True, kw_only=True)
class Taxable:
    """What is taxed, in minor units: each line after its part of the discounts, and the delivery."""

    lines: Sequence[int]
    delivery: int


@dataclass(frozen=True, kw_only=True)
class TaxLine:
    """One tax of an order."""

    name: str
    rate: int
    """In millionths: 190,000 is 19 %."""
    base: int
    """What it is taken of, without tax."""
    amount: int
    included: bool
    """Whether the prices contain it; else it comes on top."""


@dataclass(frozen=True, kw_only=True)
class Taxes:
    """The breakdown, and each line's part of the sum; the rest of it is the delivery's."""

    breakdown: tuple[TaxLine, ...] = ()
    lines: tuple[int, ...]

    @property
    def added(self) -> int:
        """What comes on top of the prices."""
        return sum(one.amount for one in self.breakdown if not one.included)


class TaxCalculator(Protocol):
    def __call__(self, taxable: Taxable, destination: Destination | None) -> Taxes:
        """`destination` is None while it is not known."""
        ...


@dataclass(frozen=True, kw_only=True)
class TaxRate:
    name: str
    country: str
    millionths: int
    regions: frozenset[str] = frozenset()
    """In capital letters; empty: wherever in the country no rate of the region's own holds."""


@dataclass(frozen=True, kw_only=True)
class TaxTable:
    """Rates by country and region. No rate, or no destination yet: no tax."""

    rates: tuple[TaxRate, ...] = ()
    included: bool = False
    """Whether prices, and what delivery costs, contain the tax."""
    rounding: TaxRounding = TaxRounding.LINE
    on_delivery: bool = True

    def __call__(self, taxable: Taxable, destination: Destination | None) -> Taxes:
        rates = self._rates_of(destination)
        if not rates:
            return Taxes(lines=(0,) * len(taxable.lines))
        parts = [*taxable.lines, taxable.delivery if self.on_delivery else 0]
        by_rate, by_part = self._rounded(parts, [rate.millionths for rate in rates])
        base = sum(parts) - (sum(by_part) if self.included else 0)
        breakdown = tuple(
            TaxLine(name=rate.name, rate=rate.millionths, base=base, amount=amount, included=self.included)
            for rate, amount in zip(rates, by_rate, strict=True)
        )
        return Taxes(breakdown=breakdown, lines=tuple(by_part[:-1]))

    def _rates_of(self, destination: Destination | None) -> list[TaxRate]:
        if destination is None:
            return []
        country = [rate for rate in self.rates if rate.country == destination.country]
        region = destination.region.strip().upper()
        return [rate for rate in country if region in rate.regions] or [rate for rate in country if not rate.regions]

    def _rounded(self, parts: Sequence[int], rates: Sequence[int]) -> tuple[list[int], list[int]]:
        """The tax by rate and by part; both have the same sum."""
        if self.rounding is TaxRounding.ORDER:
            by_rate = self._taxes_of(sum(parts), rates)
            return by_rate, split(sum(by_rate), parts)
        table = [self._taxes_of(part, rates) for part in parts]
        return [sum(column) for column in zip(*table, strict=True)], [sum(row) for row in table]

    def _taxes_of(self, amount: int, rates: Sequence[int]) -> list[int]:
        if self.included:
            whole = sum(rates)
            return split(half_up(amount * whole, MILLION + whole), rates)
        return [half_up(amount * rate, MILLION) for rate in rates]


NO_TAX = TaxTable()
