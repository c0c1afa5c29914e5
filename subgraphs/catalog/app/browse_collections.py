"""Collections and what is in them. Shoppers see published ones; staff and services see all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from subgraphs.catalog.app.cursors import cursor, keys_of
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.ports import Products
from subgraphs.catalog.app.shelf_ports import Collections
from subgraphs.catalog.app.sight import sees_unpublished
from subgraphs.catalog.domain.collection import Collection, PageAsked
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Product, Shop


@dataclass(frozen=True)
class BrowseCollections:
    """Reads by sets, from the database alone: a shop's front page needs no search engine."""

    collections: Collections
    products: Products

    async def by_ids(self, ids: Sequence[str], shop: Shop) -> list[Collection | None]:
        check_keys(ids)
        return await self.collections.by_ids(ids, shop, unpublished=sees_unpublished())

    async def by_slugs(self, slugs: Sequence[str], shop: Shop) -> list[Collection | None]:
        check_keys(slugs)
        return await self.collections.by_slugs(slugs, shop, unpublished=sees_unpublished())

    async def page(self, first: int, after: str, shop: Shop) -> Page[Collection]:
        """By name."""
        at: Any = keys_of(after, str, str) or ("", "")
        found = await self.collections.after(at[0], at[1], check_page(first) + 1, shop, unpublished=sees_unpublished())
        return page_of(((cursor(name, each.id), each) for name, each in found), first, after)

    async def of_products(self, product_ids: Sequence[str], shop: Shop) -> list[list[Collection]]:
        check_keys(product_ids)
        return await self.collections.of_products(product_ids, shop, unpublished=sees_unpublished())

    async def products_in(self, collection_ids: Sequence[str], shop: Shop, asked: PageAsked) -> list[Page[Product]]:
        """A page for each collection."""
        check_keys(collection_ids)
        check_page(asked.first)
        unpublished = sees_unpublished()
        pages = await self.collections.members(collection_ids, shop, asked, unpublished=unpublished)
        wanted = sorted({each for page in pages for each in page.items})
        found = {each.id: each for each in await self.products.by_ids(wanted, shop, unpublished=unpublished) if each}
        counted = await self.collections.by_ids(collection_ids, shop, unpublished=unpublished)
        return [
            page.showing(found, collection.product_count if collection else 0)
            for page, collection in zip(pages, counted, strict=True)
        ]
