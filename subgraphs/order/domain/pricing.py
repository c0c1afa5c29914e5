"""Prices and totals: whole minor units, rounded once, half up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from subgraphs.order.domain.delivery import DeliveryCalculator, DeliveryMethod, Parcel
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.rounding import split
from subgraphs.order.domain.tax import Destination, Taxable, TaxCalculator, TaxLine


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
    grams: int = 0
    """Of one unit."""

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
    discount: int = 0
    """Its part of the order's discounts."""
    tax: int = 0
    """Its part of the order's tax, whether its price contains it or not."""
    grams: int = 0
    """Of one unit; not kept."""

    @property
    def total(self) -> int | None:
        return None if self.unit_price is None else self.unit_price * self.quantity


@dataclass(frozen=True, kw_only=True)
class Totals:
    """`total = subtotal − discount + shipping + tax`, by construction."""

    subtotal: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    """What comes on top: 0 where prices include it."""

    @property
    def total(self) -> int:
        return self.subtotal - self.discount + self.shipping + self.tax


@dataclass(frozen=True, kw_only=True)
class PricingRules:
    """How the shop charges what is not a product's price."""

    delivery: DeliveryCalculator
    tax: TaxCalculator


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a set of lines costs now, and why."""

    lines: list[PricedLine]
    totals: Totals
    tax_lines: tuple[TaxLine, ...]
    delivery: DeliveryMethod | None
    """The one chosen; None when it is not offered."""
    offered: list[DeliveryMethod]


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
        grams=offer.grams,
    )


def price_lines(lines: Iterable[tuple[str, str, int]], offers: Mapping[str, Offer]) -> list[PricedLine]:
    """Of (line id, SKU, quantity)."""
    return [price_line(line_id, sku, quantity, offers.get(sku)) for line_id, sku, quantity in lines]


def quote(
    lines: Sequence[PricedLine],
    codes: Sequence[DiscountCode],
    rules: PricingRules,
    *,
    delivery_code: str | None,
    destination: Destination | None,
    currency: str,
) -> Quote:
    """Discounts first, then the delivery of what is left, then tax on both.

    Each code takes its part of what the codes before it left, so their order counts; nothing goes below zero. Their sum
    is split over the lines by what these cost.
    """
    costs = [line.total or 0 for line in lines]
    subtotal = left = sum(costs)
    for code in codes:
        left -= code.amount_off(left)
    discounts = split(subtotal - left, costs)
    grams = sum(line.grams * line.quantity for line in lines)
    offered = rules.delivery(Parcel(currency=currency, goods=left, grams=grams, destination=destination))
    delivery = next((method for method in offered if method.code == delivery_code), None)
    shipping = delivery.price if delivery is not None and lines else 0
    goods = [cost - discount for cost, discount in zip(costs, discounts, strict=True)]
    taxes = rules.tax(Taxable(lines=goods, delivery=shipping), destination)
    return Quote(
        lines=[
            replace(line, discount=discount, tax=tax) if discount or tax else line
            for line, discount, tax in zip(lines, discounts, taxes.lines, strict=True)
        ],
        totals=Totals(subtotal=subtotal, discount=subtotal - left, shipping=shipping, tax=taxes.added),
        tax_lines=taxes.breakdown,
        delivery=delivery,
        offered=offered,
    )
