"""Prices sets of carts: one call to the catalogue per context, one statement for all codes."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.order.app.ports import Offer, Prices, Store
from subgraphs.order.domain.cart import Cart, ShopContext
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.pricing import DeliveryMethod, PricedLine, TaxCalculator, Totals, price_lines, totals_of


@dataclass(frozen=True, kw_only=True)
class ToPrice:
    """What decides a price. Lines are (line id, SKU, quantity)."""

    context: ShopContext
    lines: Sequence[tuple[str, str, int]]
    codes: Sequence[str]
    delivery_code: str | None
    country: str | None


@dataclass(frozen=True, kw_only=True)
class Priced:
    lines: list[PricedLine]
    codes: list[DiscountCode]
    """Those that exist, in the order they were given."""
    delivery: DeliveryMethod | None
    totals: Totals


def to_price(cart: Cart) -> ToPrice:
    return ToPrice(
        context=cart.context,
        lines=[(line.id, line.sku, line.quantity) for line in cart.lines],
        codes=cart.discount_codes,
        delivery_code=cart.delivery_method_code,
        country=None if cart.address is None else cart.address.country_code,
    )


@dataclass(frozen=True, kw_only=True)
class PriceCarts:
    prices: Prices
    store: Store
    tax: TaxCalculator

    async def __call__(self, asked: Sequence[ToPrice]) -> list[Priced]:
        """In the order asked."""
        offers, (codes, deliveries) = await asyncio.gather(self.offers(asked), self._local(asked))
        return [self._price(one, offers[one.context], codes, deliveries) for one in asked]

    async def offers(self, asked: Sequence[ToPrice]) -> dict[ShopContext, dict[str, Offer]]:
        skus: dict[ShopContext, dict[str, None]] = defaultdict(dict)
        for one in asked:
            skus[one.context].update((sku, None) for _, sku, _ in one.lines)
        contexts = list(skus)
        found = await asyncio.gather(*(self._offers(context, list(skus[context])) for context in contexts))
        return dict(zip(contexts, found, strict=True))

    async def _offers(self, context: ShopContext, skus: list[str]) -> dict[str, Offer]:
        return await self.prices.offers(skus, context) if skus else {}

    async def _local(
        self, asked: Sequence[ToPrice]
    ) -> tuple[dict[str, DiscountCode], dict[str, dict[str, DeliveryMethod]]]:
        codes = {code for one in asked for code in one.codes}
        currencies = {one.context.currency for one in asked if one.delivery_code is not None}
        if not codes and not currencies:
            return {}, {}
        async with self.store.reading() as work:
            known = await work.discount_codes.get(sorted(codes)) if codes else {}
            return known, {currency: await work.delivery_methods.of_currency(currency) for currency in currencies}

    def _price(
        self,
        one: ToPrice,
        offers: dict[str, Offer],
        codes: dict[str, DiscountCode],
        deliveries: dict[str, dict[str, DeliveryMethod]],
    ) -> Priced:
        lines = price_lines(one.lines, offers)
        known = [codes[code] for code in one.codes if code in codes]
        delivery = deliveries.get(one.context.currency, {}).get(one.delivery_code or "")
        totals = totals_of(lines, known, delivery, self.tax, country=one.country, currency=one.context.currency)
        return Priced(lines=lines, codes=known, delivery=delivery, totals=totals)
