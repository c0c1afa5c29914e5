"""Brands, by their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.product_ports import Brands
from subgraphs.catalog.domain.brand import Brand
from subgraphs.catalog.domain.page import Page, page_of


@dataclass(frozen=True)
class BrowseBrands:
    """Anyone may: what a brand sells is another question."""

    brands: Brands

    async def by_ids(self, ids: Sequence[str]) -> list[Brand | None]:
        check_keys(ids)
        return await self.brands.by_ids(ids)

    async def by_slugs(self, slugs: Sequence[str]) -> list[Brand | None]:
        check_keys(slugs)
        return await self.brands.by_slugs(slugs)

    async def page(self, *, first: int, after: str) -> Page[Brand]:
        """Those that sell something, by name, which is the cursor."""
        found = await self.brands.page(after, check_page(first) + 1)
        return page_of(((each.name, each) for each in found), first, after)
