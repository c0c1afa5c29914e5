"""What staff makes of brands."""

from dataclasses import dataclass

from subgraphs.catalog.app.product_ports import Brands, BrandWrites
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.arrangement import Written
from subgraphs.catalog.domain.brand import Brand, BrandChange, BrandRemoval, NewBrand
from subgraphs.catalog.domain.product import Fault


@dataclass(frozen=True)
class EditBrands:
    """A brand that nobody makes comes with its first product."""

    writes: BrandWrites
    brands: Brands

    async def create(self, made: NewBrand) -> tuple[Brand | None, tuple[Fault, ...]]:
        """The brand, or why it was refused."""
        require_editor()
        if faults := tuple(made.faults()):
            return None, faults
        return await self._shown(await self.writes.create(made))

    async def update(self, change: BrandChange) -> tuple[Brand | None, tuple[Fault, ...]]:
        """The brand as it is then, or why it was refused."""
        require_editor()
        if faults := tuple(change.faults()):
            return None, faults
        return await self._shown(await self.writes.update(change))

    async def _shown(self, written: Written) -> tuple[Brand | None, tuple[Fault, ...]]:
        if written.id is None:
            return None, written.faults
        (brand,) = await self.brands.by_ids([written.id])
        return brand, ()

    async def delete(self, removal: BrandRemoval) -> Written:
        require_editor()
        if faults := tuple(removal.faults()):
            return Written(faults=faults)
        return await self.writes.delete(removal)
