"""Prices, delivery, tax and totals: whole minor units, rounded once, half up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from subgraphs.order.domain.discount import DiscountCode


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the catalogue says about a SKU in a channel and currency."""

    sku: str
    variant_id: str
    product_id: str
    name: str
    price: int | None
    """Minor units; None while it has no price in the currency."""
    published: bool
    available: int

    @property
    def for_sale(self) -> bool:
        return self.published and self.price is not None


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    id: str
    sku: str
    quantity: int
    variant_id: str = ""
    product_id: str = ""
    name: str = ""
    unit_price: int | None = None
    """None while it is not for sale."""

    @property
    def total(self) -> int | None:
        return None if self.unit_price is None else self.unit_price * self.quantity


@dataclass(frozen=True, kw_only=True)
class DeliveryMethod:
    code: str
    name: str
    price: int


@dataclass(frozen=True, kw_only=True)
class Totals:
    """`total = subtotal − discount + shipping + tax`, by construction."""

    subtotal: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.shipping + self.tax


class TaxCalculator(Protocol):
    """Tax in minor units on goods (after discounts) and shipping; prices are net of it."""

    def __call__(self, *, goods: int, shipping: int, country: str | None, currency: str) -> int: ...


def no_tax(*, goods: int, shipping: int, country: str | None, currency: str) -> int:  # noqa: ARG001
    """The default: prices include whatever tax there is."""
    return 0


def flat_tax(basis_points: int) -> TaxCalculator:
    """The same rate everywhere, in hundredths of a percent, rounded half up."""

    def tax(*, goods: int, shipping: int, country: str | None, currency: str) -> int:  # noqa: ARG001
        return ((goods + shipping) * basis_points + 5_000) // 10_000

    return tax


def price_line(line_id: str, sku: str, quantity: int, offer: Offer | None) -> PricedLine:
    if offer is None:
        return PricedLine(id=line_id, sku=sku, quantity=quantity)
    return PricedLine(
        id=line_id,
        sku=sku,
        quantity=quantity,
        variant_id=offer.variant_id,
        product_id=offer.product_id,
        name=offer.name,
        unit_price=offer.price if offer.for_sale else None,
    )


def price_lines(lines: Iterable[tuple[str, str, int]], offers: Mapping[str, Offer]) -> list[PricedLine]:
    """Of (line id, SKU, quantity)."""
    return [price_line(line_id, sku, quantity, offers.get(sku)) for line_id, sku, quantity in lines]


def totals_of(
    lines: Sequence[PricedLine],
    codes: Sequence[DiscountCode],
    delivery: DeliveryMethod | None,
    tax: TaxCalculator,
    *,
    country: str | None,
    currency: str,
) -> Totals:
    """Each code takes its part of what the codes before it left; nothing goes below zero."""
    subtotal = sum(line.total or 0 for line in lines)
    left = subtotal
    for code in codes:
        left -= code.amount_off(left)
    shipping = delivery.price if delivery is not None and lines else 0
    taxed = tax(goods=left, shipping=shipping, country=country, currency=currency)
    return Totals(subtotal=subtotal, discount=subtotal - left, shipping=shipping, tax=taxed)
