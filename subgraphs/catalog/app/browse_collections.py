"""Collections and what is in them. Shoppers see published ones; staff and services see all."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace

import orjson

from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.ports import Products
from subgraphs.catalog.app.shelf_ports import Collections
from subgraphs.catalog.app.sight import sees_unpublished
from subgraphs.catalog.domain.collection import Collection, PageAsked
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.product import Page, Product, Shop


@dataclass(frozen=True)
class BrowseCollections:
    """Reads by sets, from the database alone: a shop's front page needs no search engine."""

    collections: Collections
    products: Products

    async def by_ids(self, ids: Sequence[str], shop: Shop) -> list[Collection | None]:
        check_keys(ids)
        return await self.collections.by_ids(ids, shop.channel, unpublished=sees_unpublished())

    async def by_slugs(self, slugs: Sequence[str], shop: Shop) -> list[Collection | None]:
        check_keys(slugs)
        return await self.collections.by_slugs(slugs, shop.channel, unpublished=sees_unpublished())

    async def page(self, first: int, after: str, shop: Shop) -> Page[Collection]:
        """By name."""
        start = _read_cursor(after) if after else ("", "")
        found, more = await self.collections.page(
            check_page(first), start, shop.channel, unpublished=sees_unpublished()
        )
        return Page(
            items=tuple(found),
            cursors=tuple(_cursor(each) for each in found),
            has_next_page=more,
            has_previous_page=bool(after),
        )

    async def of_products(self, product_ids: Sequence[str], shop: Shop) -> list[list[Collection]]:
        check_keys(product_ids)
        return await self.collections.of_products(product_ids, shop.channel, unpublished=sees_unpublished())

    async def products_in(self, collection_ids: Sequence[str], shop: Shop, asked: PageAsked) -> list[Page[Product]]:
        """A page for each collection."""
        check_keys(collection_ids)
        check_page(asked.first)
        unpublished = sees_unpublished()
        pages = await self.collections.members(collection_ids, shop, asked, unpublished=unpublished)
        wanted = sorted({each for page in pages for each in page.items})
        found = {each.id: each for each in await self.products.by_ids(wanted, shop, unpublished=unpublished) if each}
        counted = await self.collections.by_ids(collection_ids, shop.channel, unpublished=unpublished)
        return [
            replace(_shown(page, found), total_count=collection.product_count if collection else 0)
            for page, collection in zip(pages, counted, strict=True)
        ]


def _shown(page: Page[str], found: dict[str, Product]) -> Page[Product]:
    """What was hidden between the two reads is left out."""
    shown = [(found[each], cursor) for each, cursor in zip(page.items, page.cursors, strict=True) if each in found]
    return Page(
        items=tuple(product for product, _ in shown),
        cursors=tuple(cursor for _, cursor in shown),
        has_next_page=page.has_next_page,
        has_previous_page=page.has_previous_page,
    )


def _cursor(collection: Collection) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([collection.name, collection.id])).decode()


def _read_cursor(text: str) -> tuple[str, str]:
    try:
        name, collection_id = orjson.loads(base64.urlsafe_b64decode(text.encode()))
        if not isinstance(name, str) or not isinstance(collection_id, str) or "\x00" in name + collection_id:
            raise InvalidCursor(cursor=text[:40])
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError) as error:
        raise InvalidCursor(cursor=text[:40]) from error
    return name, collection_id
