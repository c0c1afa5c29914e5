"""The category tree and what hangs on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.ids import prefix_of
from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.ports import Categories, Products
from subgraphs.catalog.app.sight import require_editor, sees_unpublished
from subgraphs.catalog.domain.draft_rules import category_fault
from subgraphs.catalog.domain.errors import InvalidCategoryPath, InvalidCursor
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.domain.product import Category, Product, Shop


@dataclass(frozen=True)
class BrowseCategories:
    """Reads the tree by sets; makes categories for staff."""

    categories: Categories
    products: Products

    async def by_ids(self, ids: Sequence[str], shop: Shop) -> list[Category | None]:
        check_keys(ids)
        return await self.categories.by_ids(ids, shop)

    async def by_slugs(self, slugs: Sequence[str], shop: Shop) -> list[Category | None]:
        check_keys(slugs)
        return await self.categories.by_slugs(slugs, shop)

    async def children_of(self, parent_ids: Sequence[str], shop: Shop) -> list[list[Category]]:
        """The empty id asks the roots."""
        check_keys(parent_ids)
        return await self.categories.children_of(parent_ids, shop)

    async def products_below(
        self, category_ids: Sequence[str], shop: Shop, *, first: int, after: str
    ) -> list[Page[Product]]:
        """A page for each category, of its whole subtree, newest first."""
        check_keys(category_ids)
        if after and prefix_of(after) != "prd":
            raise InvalidCursor(cursor=after[:40])
        pages = await self.products.pages_below(
            category_ids, shop, first=check_page(first), after=after, unpublished=sees_unpublished()
        )
        counts = await self.categories.by_ids(category_ids, shop)
        return [
            replace(page, total_count=category.product_count if category else 0)
            for page, category in zip(pages, counts, strict=True)
        ]

    async def upsert(self, paths: Sequence[tuple[str, ...]]) -> list[Category]:
        """Makes what is missing; the categories in order of the paths."""
        require_editor()
        check_keys(paths)
        for path in paths:
            fault = category_fault(path)
            if fault is not None:
                raise InvalidCategoryPath(fault.message, path=" / ".join(path))
        return await self.categories.upsert(paths)
