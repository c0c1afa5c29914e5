"""What arranging the category tree and collections needs of the world."""

from collections.abc import Sequence
from typing import Protocol

from subgraphs.catalog.domain.arrangement import Written
from subgraphs.catalog.domain.category_writes import (
    CategoriesOrder,
    CategoryChange,
    CategoryMove,
    CategoryRemoval,
    NewCategory,
)
from subgraphs.catalog.domain.collection import (
    Collection,
    CollectionChange,
    CollectionProducts,
    NewCollection,
    PageAsked,
)
from subgraphs.catalog.domain.page import Page
from subgraphs.catalog.domain.product import Fault, Shop


class CategoryWrites(Protocol):
    """Writes the tree, one at a time; state, announcement and record commit together."""

    async def create(self, made: NewCategory) -> Written: ...
    async def update(self, change: CategoryChange) -> Written: ...
    async def move(self, move: CategoryMove) -> Written: ...
    async def reorder(self, order: CategoriesOrder) -> tuple[Fault, ...]: ...
    async def delete(self, removal: CategoryRemoval) -> Written: ...


class Collections(Protocol):
    """Collections and what is in them; every answer is in the order of its keys, gaps kept."""

    async def by_ids(
        self, ids: Sequence[str], shop: Shop | None = None, *, unpublished: bool
    ) -> list[Collection | None]:
        """As shown in that shop; without one, as written at first and counted in the shop's own channel."""
        ...

    async def by_slugs(self, slugs: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Collection | None]: ...
    async def after(
        self, name: str, collection_id: str, limit: int, shop: Shop, *, unpublished: bool
    ) -> list[tuple[str, Collection]]:
        """By name as it was written at first, which stands beside each; behind that name and id."""
        ...

    async def of_products(
        self, product_ids: Sequence[str], shop: Shop, *, unpublished: bool
    ) -> list[list[Collection]]: ...
    async def members(
        self, collection_ids: Sequence[str], shop: Shop, asked: PageAsked, *, unpublished: bool
    ) -> list[Page[str]]:
        """A page of product ids for each collection."""
        ...


class CollectionWrites(Protocol):
    """Writes collections; state, announcement and record commit together."""

    async def create(self, made: NewCollection) -> Written: ...
    async def update(self, change: CollectionChange) -> Written: ...
    async def delete(self, collection_id: str, expected_version: int | None) -> Written: ...
    async def add(self, asked: CollectionProducts) -> Written: ...
    async def remove(self, asked: CollectionProducts) -> Written: ...
    async def reorder(self, asked: CollectionProducts) -> Written: ...


class Shelves(Protocol):
    """What is to follow a change of products, of rules or of the tree. Each call does one set and says how many."""

    async def waiting(self) -> bool: ...
    async def follow_moves(self) -> int:
        """Products below categories whose path has changed."""
        ...

    async def judge(self) -> int:
        """Products that were written: which rules do they meet now?"""
        ...

    async def touch(self) -> int:
        """Products whose search document is to be written again."""
        ...
