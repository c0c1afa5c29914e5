"""Shows products to shoppers, or hides them."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import Products, ProductWrites
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.product import Product, Shop


@dataclass(frozen=True)
class PublishProducts:
    """Repeatable; the products as they are afterwards, None for unknown ids."""

    writes: ProductWrites
    products: Products

    async def __call__(self, ids: Sequence[str], shop: Shop, *, published: bool) -> list[Product | None]:
        require_editor()
        check_keys(ids)
        await self.writes.publish(ids, published=published)
        return await self.products.by_ids(ids, shop, unpublished=True)
