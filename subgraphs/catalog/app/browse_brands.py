"""Brands, by their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.product_ports import Brands
from subgraphs.catalog.domain.brand import Brand


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

    async def page(self, *, first: int, after: str) -> tuple[list[Brand], bool]:
        """Those that sell something, by name, and whether there are more. The cursor is a name."""
        check_page(first)
        found = await self.brands.page(after, first + 1)
        return found[:first], len(found) > first
