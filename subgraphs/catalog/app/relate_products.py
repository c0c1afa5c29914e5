"""What a shopper may also want: products like this one, and what others bought with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.ports import Products, RelatedProducts, Sales
from subgraphs.catalog.app.sight import sees_unpublished
from subgraphs.catalog.domain.errors import InvalidPage, SearchEngineAway, TooManyKeys
from subgraphs.catalog.domain.product import Product, Shop

MOST_PRODUCTS = 100
MOST_RELATED = 20


@dataclass(frozen=True)
class RelateProducts:
    """For many products at once: two look-ups in the database and one question to the engine, however many they are."""

    engine: RelatedProducts
    fallback: RelatedProducts
    sales: Sales
    products: Products

    async def similar(self, ids: Sequence[str], first: int, shop: Shop) -> list[list[Product]]:
        """Published products like each of these, best first; none for an unknown one."""
        self._check(ids, first)
        rows = await self.products.by_ids(ids, shop, unpublished=sees_unpublished())
        known = {row.id: row for row in rows if row is not None}
        try:
            found = await self.engine.related(list(known.values()), first, shop)
        except SearchEngineAway:
            found = await self.fallback.related(list(known.values()), first, shop)
        lists = dict(zip(known, found, strict=True))
        return await self._shown([lists.get(each, []) for each in ids], shop)

    async def bought_together(self, ids: Sequence[str], first: int, shop: Shop) -> list[list[Product]]:
        """What several orders had beside each of these, most often first."""
        self._check(ids, first)
        return await self._shown(await self.sales.bought_together(ids, shop.channel, first), shop)

    async def _shown(self, lists: Sequence[Sequence[str]], shop: Shop) -> list[list[Product]]:
        wanted = sorted({product_id for each in lists for product_id in each})
        rows = await self.products.by_ids(wanted, shop, unpublished=False) if wanted else []
        found = dict(zip(wanted, rows, strict=True))
        return [[product for product_id in each if (product := found[product_id]) is not None] for each in lists]

    def _check(self, ids: Sequence[str], first: int) -> None:
        if len(ids) > MOST_PRODUCTS:
            raise TooManyKeys(keys=len(ids))
        if not 1 <= first <= MOST_RELATED:
            raise InvalidPage(f"`first` must be from 1 to {MOST_RELATED}.", first=first)
