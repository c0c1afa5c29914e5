"""Prices sets of carts: one call to the catalogue per context, one statement for all codes."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from subgraphs.order.app.ports import Offer, Prices, Store
from subgraphs.order.domain.cart import Cart, ShopContext
from subgraphs.order.domain.discount import DiscountCode
from subgraphs.order.domain.pricing import PricingRules, Quote, price_lines, quote
from subgraphs.order.domain.tax import Destination


@dataclass(frozen=True, kw_only=True)
class ToPrice:
    """What decides a price. Lines are (line id, SKU, quantity)."""

    context: ShopContext
    lines: Sequence[tuple[str, str, int]]
    codes: Sequence[str]
    delivery_code: str | None
    destination: Destination | None


@dataclass(frozen=True, kw_only=True)
class Priced:
    quote: Quote
    codes: list[DiscountCode]
    """Those that exist, in the order they were given; those that do not apply now take nothing off."""


def to_price(cart: Cart) -> ToPrice:
    return ToPrice(
        context=cart.context,
        lines=[(line.id, line.sku, line.quantity) for line in cart.lines],
        codes=cart.discount_codes,
        delivery_code=cart.delivery_method_code,
        destination=None if cart.address is None else cart.address.destination,
    )


@dataclass(frozen=True, kw_only=True)
class PriceCarts:
    prices: Prices
    store: Store
    rules: PricingRules
    now: Callable[[], datetime]

    async def __call__(self, asked: Sequence[ToPrice]) -> list[Priced]:
        """In the order asked."""
        offers, codes = await asyncio.gather(self.offers(asked), self._codes(asked))
        return [self._price(one, offers[one.context], codes) for one in asked]

    async def offers(self, asked: Sequence[ToPrice]) -> dict[ShopContext, dict[str, Offer]]:
        skus: dict[ShopContext, dict[str, None]] = defaultdict(dict)
        for one in asked:
            skus[one.context].update((sku, None) for _, sku, _ in one.lines)
        contexts = list(skus)
        found = await asyncio.gather(*(self._offers(context, list(skus[context])) for context in contexts))
        return dict(zip(contexts, found, strict=True))

    async def _offers(self, context: ShopContext, skus: list[str]) -> dict[str, Offer]:
        return await self.prices.offers(skus, context) if skus else {}

    async def _codes(self, asked: Sequence[ToPrice]) -> dict[str, DiscountCode]:
        codes = {code for one in asked for code in one.codes}
        if not codes:
            return {}
        async with self.store.reading() as work:
            return await work.discount_codes.get(sorted(codes))

    def _price(self, one: ToPrice, offers: dict[str, Offer], codes: dict[str, DiscountCode]) -> Priced:
        lines = price_lines(one.lines, offers)
        known = [codes[code] for code in one.codes if code in codes]
        subtotal, currency, now = sum(line.total or 0 for line in lines), one.context.currency, self.now()
        priced = quote(
            lines,
            [code for code in known if code.applies(subtotal=subtotal, currency=currency, now=now)],
            self.rules,
            delivery_code=one.delivery_code,
            destination=one.destination,
            currency=currency,
        )
        return Priced(quote=priced, codes=known)
