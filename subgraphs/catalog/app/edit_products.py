"""New products, and partial changes of those that are there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.ids import new_id
from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.product_ports import NewProducts, ProductEdits
from subgraphs.catalog.app.sight import principal, require_editor
from subgraphs.catalog.domain.draft_rules import faults_of
from subgraphs.catalog.domain.errors import IdempotencyKeyRequired
from subgraphs.catalog.domain.product import ProductDraft, ProductWrite, WriteResult
from subgraphs.catalog.domain.product_edit import ProductEdit

LONGEST_KEY = 200


@dataclass(frozen=True)
class EditProducts:
    """One transaction a call, an outcome an item: a faulty one does not hold back the others."""

    new: NewProducts
    edits: ProductEdits

    async def create(self, drafts: Sequence[ProductDraft], key: str) -> list[ProductWrite]:
        """Refuses what is there already. A repeated key answers without writing; "" writes without one."""
        require_editor()
        check_keys(drafts)
        if len(key) > LONGEST_KEY:
            raise IdempotencyKeyRequired
        named = [_named(draft) for draft in drafts]
        faults = faults_of(named)
        sound = [draft for draft, found in zip(named, faults, strict=True) if not found]
        scope = f"{principal()}:create_products"
        written = iter(await self.new.upsert(sound, scope, key, "productCreate") if sound else ())
        return [ProductWrite(result=WriteResult.REFUSED, faults=found) if found else next(written) for found in faults]

    async def edit(self, edits: Sequence[ProductEdit]) -> list[ProductWrite]:
        """Changes only what each edit names."""
        require_editor()
        check_keys(edits)
        return await self.edits.edit(edits) if edits else []


def _named(draft: ProductDraft) -> ProductDraft:
    """A product without a reference of the writer's is called by its own id."""
    if draft.content.external_reference:
        return replace(draft, must_be_new=True)
    content = replace(draft.content, external_reference=new_id("prd"))
    return replace(draft, content=content, must_be_new=True, named_by_reference=False)
