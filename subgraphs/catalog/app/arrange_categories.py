"""What staff makes of the category tree."""

from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import Categories
from subgraphs.catalog.app.shelf_ports import CategoryWrites
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.arrangement import Written
from subgraphs.catalog.domain.category_writes import (
    CategoriesOrder,
    CategoryChange,
    CategoryMove,
    CategoryRemoval,
    NewCategory,
)
from subgraphs.catalog.domain.product import Category, Fault, Shop


@dataclass(frozen=True)
class ArrangeCategories:
    """Each write answers with the category as it is then, or why it was refused."""

    writes: CategoryWrites
    categories: Categories

    async def create(self, made: NewCategory) -> tuple[Category | None, tuple[Fault, ...]]:
        require_editor()
        faults = tuple(made.faults())
        return await self._answer(Written(faults=faults) if faults else await self.writes.create(made))

    async def update(self, change: CategoryChange) -> tuple[Category | None, tuple[Fault, ...]]:
        require_editor()
        faults = tuple(change.faults())
        return await self._answer(Written(faults=faults) if faults else await self.writes.update(change))

    async def move(self, move: CategoryMove) -> tuple[Category | None, tuple[Fault, ...]]:
        """With all below it."""
        require_editor()
        faults = tuple(move.faults())
        return await self._answer(Written(faults=faults) if faults else await self.writes.move(move))

    async def reorder(self, order: CategoriesOrder, shop: Shop) -> tuple[list[Category], tuple[Fault, ...]]:
        """All children of the parent, in their order then."""
        require_editor()
        check_keys(order.places)
        faults = tuple(order.faults()) or await self.writes.reorder(order)
        if faults:
            return [], faults
        (children,) = await self.categories.children_of([order.parent_id], shop)
        return children, ()

    async def delete(self, removal: CategoryRemoval) -> Written:
        require_editor()
        return await self.writes.delete(removal)

    async def _answer(self, written: Written) -> tuple[Category | None, tuple[Fault, ...]]:
        if written.id is None:
            return None, written.faults
        (category,) = await self.categories.by_ids([written.id])
        return category, written.faults
