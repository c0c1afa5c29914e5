"""What the use cases around products need of the world, in their own words."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from subgraphs.catalog.domain.arrangement import Written
from subgraphs.catalog.domain.attribute_definition import AttributeDefinition, DefinitionDraft, DefinitionWrite
from subgraphs.catalog.domain.brand import Brand, BrandChange, BrandRemoval, NewBrand
from subgraphs.catalog.domain.change import EntityKind, RecordedChange
from subgraphs.catalog.domain.price import PriceList, ShownPrice
from subgraphs.catalog.domain.product import ProductDraft, ProductWrite
from subgraphs.catalog.domain.product_edit import ProductEdit


class NewProducts(Protocol):
    """Writes whole products; state and announcement commit together."""

    async def upsert(
        self, drafts: Sequence[ProductDraft], scope: str, key: str, operation: str
    ) -> list[ProductWrite]: ...


class ProductEdits(Protocol):
    """Changes products in part; an outcome an edit, in their order."""

    async def edit(self, edits: Sequence[ProductEdit]) -> list[ProductWrite]: ...


class Prices(Protocol):
    """Regular and planned prices."""

    async def lists(self, variant_ids: Sequence[str]) -> list[list[ShownPrice]]: ...
    async def replace(self, asked: Sequence[PriceList]) -> list[ProductWrite]: ...
    async def due_in(self) -> float | None:
        """Seconds until a planned price begins or ends; None: none will."""
        ...

    async def advance(self, limit: int) -> int:
        """Lets planned prices begin and end whose time has come; how many products changed, at most that many."""
        ...


class AttributeDefinitions(Protocol):
    """What attributes mean; what a change of it does to the search index follows by itself."""

    async def page(self, after: str, limit: int) -> list[AttributeDefinition]: ...
    async def upsert(self, drafts: Sequence[DefinitionDraft]) -> list[DefinitionWrite]: ...
    async def delete(self, keys: Sequence[str], expected: Mapping[str, int]) -> dict[str, int]:
        """The versions that were found; who has another one than is expected of it stays."""
        ...


class Brands(Protocol):
    """Every answer is in the order of its keys, gaps kept."""

    async def by_ids(self, ids: Sequence[str]) -> list[Brand | None]: ...
    async def by_slugs(self, slugs: Sequence[str]) -> list[Brand | None]: ...
    async def page(self, after: str, limit: int) -> list[Brand]: ...


class BrandWrites(Protocol):
    """One at a time; state, what follows it, and record commit together."""

    async def create(self, made: NewBrand) -> Written: ...
    async def update(self, change: BrandChange) -> Written: ...
    async def delete(self, removal: BrandRemoval) -> Written: ...


class Changes(Protocol):
    """The record of changes."""

    async def page(self, kind: EntityKind | None, entity_id: str, before: int, limit: int) -> list[RecordedChange]: ...
