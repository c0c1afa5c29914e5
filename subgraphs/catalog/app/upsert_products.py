"""Creates or updates products by their external reference."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import ProductWrites
from subgraphs.catalog.app.sight import principal, require_editor
from subgraphs.catalog.domain.draft_rules import faults_of
from subgraphs.catalog.domain.errors import IdempotencyKeyRequired
from subgraphs.catalog.domain.product import ProductDraft, ProductWrite, WriteResult

LONGEST_KEY = 200


@dataclass(frozen=True)
class UpsertProducts:
    """One transaction a call, an outcome a product: a faulty product does not hold back the others."""

    writes: ProductWrites

    async def __call__(self, drafts: Sequence[ProductDraft], key: str = "") -> list[ProductWrite]:
        """A repeated key answers without writing; "" writes without one."""
        require_editor()
        check_keys(drafts)
        if len(key) > LONGEST_KEY:
            raise IdempotencyKeyRequired
        faults = faults_of(drafts)
        sound = [draft for draft, found in zip(drafts, faults, strict=True) if not found]
        written = iter(await self.writes.upsert(sound, f"{principal()}:upsert_products", key) if sound else ())
        return [ProductWrite(result=WriteResult.REFUSED, faults=found) if found else next(written) for found in faults]
