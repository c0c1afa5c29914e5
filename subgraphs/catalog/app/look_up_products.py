"""Products and variants by their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import Products
from subgraphs.catalog.app.sight import sees_unpublished
from subgraphs.catalog.domain.product import Product, ProductKey, Shop, Variant


@dataclass(frozen=True)
class LookUpProducts:
    """One answer a key, in order; None where there is nothing the caller may see."""

    products: Products

    async def by_ids(self, ids: Sequence[str], shop: Shop) -> list[Product | None]:
        check_keys(ids)
        return await self.products.by_ids(ids, shop, unpublished=sees_unpublished())

    async def by_keys(self, keys: Sequence[ProductKey], shop: Shop) -> list[Product | None]:
        check_keys(keys)
        return await self.products.by_keys(keys, shop, unpublished=sees_unpublished())

    async def variants_by_ids(self, ids: Sequence[str], shop: Shop) -> list[Variant | None]:
        check_keys(ids)
        return await self.products.variants_by_ids(ids, shop, unpublished=sees_unpublished())

    async def variants_by_skus(self, skus: Sequence[str], shop: Shop) -> list[Variant | None]:
        check_keys(skus)
        return await self.products.variants_by_skus(skus, shop, unpublished=sees_unpublished())

    async def variants_of(self, product_ids: Sequence[str], shop: Shop) -> list[list[Variant]]:
        check_keys(product_ids)
        return await self.products.variants_of(product_ids, shop, unpublished=sees_unpublished())
