"""Delivery: told what a parcel is like and where it goes, a calculator answers the ways there are and their prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from subgraphs.order.domain.tax import Destination

Prices = Mapping[str, int]
"""Minor units by currency."""


@dataclass(frozen=True, kw_only=True)
class DeliveryMethod:
    """A way to the shopper, at a price in the cart's currency."""

    code: str
    name: str
    price: int


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What decides a price."""

    currency: str
    goods: int = 0
    """Minor units, after discounts."""
    grams: int = 0
    destination: Destination | None = None
    """None while it is not known."""


class DeliveryCalculator(Protocol):
    def __call__(self, parcel: Parcel) -> list[DeliveryMethod]:
        """In the order they are offered."""
        ...


class Tariff(Protocol):
    """How one way of delivery is charged."""

    def __call__(self, parcel: Parcel) -> int | None:
        """Minor units; None: it is not offered for this parcel."""
        ...


@dataclass(frozen=True, kw_only=True)
class FlatRate:
    """The same for every parcel, and nothing from a subtotal on."""

    prices: Prices
    free_from: Prices = field(default_factory=dict[str, int])

    def __call__(self, parcel: Parcel) -> int | None:
        return price_or_free(self.prices.get(parcel.currency), self.free_from, parcel)


@dataclass(frozen=True, kw_only=True)
class WeightBand:
    up_to_grams: int
    prices: Prices


@dataclass(frozen=True, kw_only=True)
class ByWeight:
    """By the lightest band that holds the parcel; heavier ones are not taken. Free from a subtotal on."""

    bands: tuple[WeightBand, ...]
    """Rising."""
    free_from: Prices = field(default_factory=dict[str, int])

    def __call__(self, parcel: Parcel) -> int | None:
        band = next((band for band in self.bands if parcel.grams <= band.up_to_grams), None)
        return None if band is None else price_or_free(band.prices.get(parcel.currency), self.free_from, parcel)


@dataclass(frozen=True, kw_only=True)
class Pickup:
    """Fetched by the shopper: free in every currency."""

    def __call__(self, parcel: Parcel) -> int | None:  # noqa: ARG002
        return 0


def price_or_free(price: int | None, free_from: Prices, parcel: Parcel) -> int | None:
    free = free_from.get(parcel.currency)
    return 0 if price is not None and free is not None and parcel.goods >= free else price


@dataclass(frozen=True, kw_only=True)
class DeliveryRule:
    code: str
    name: str
    tariff: Tariff
    countries: frozenset[str] = frozenset()
    """Where it goes; empty: everywhere."""

    def offers(self, parcel: Parcel) -> DeliveryMethod | None:
        away = self.countries and parcel.destination is not None and parcel.destination.country not in self.countries
        price = None if away else self.tariff(parcel)
        return None if price is None else DeliveryMethod(code=self.code, name=self.name, price=price)


@dataclass(frozen=True, kw_only=True)
class DeliveryTable:
    """The ways the shop has, in the order it offers them."""

    rules: tuple[DeliveryRule, ...]

    def __call__(self, parcel: Parcel) -> list[DeliveryMethod]:
        return [method for rule in self.rules if (method := rule.offers(parcel)) is not None]
