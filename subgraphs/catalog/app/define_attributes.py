"""What attributes mean: types, units, choices, and what shoppers can do with them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys, check_page
from subgraphs.catalog.app.product_ports import AttributeDefinitions
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.attribute_definition import (
    AttributeDefinition,
    DefinitionDraft,
    DefinitionWrite,
    definition_faults,
)
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Fault, WriteResult


@dataclass(frozen=True)
class DefineAttributes:
    """Products written from then on must fit; those that are there stay as they are."""

    definitions: AttributeDefinitions

    async def page(self, *, first: int, after: str) -> Page[AttributeDefinition]:
        """By key, which is the cursor."""
        require_editor()
        found = await self.definitions.page(after, check_page(first) + 1)
        return page_of(((each.key, each) for each in found), first, after)

    async def upsert(self, drafts: Sequence[DefinitionDraft]) -> list[DefinitionWrite]:
        """One transaction, an outcome a definition."""
        require_editor()
        check_keys(drafts)
        seen = Counter[str]()
        faults: list[tuple[Fault, ...]] = []
        for draft in drafts:
            key = draft.definition.key
            twin = Fault(code="TAKEN", field=(*draft.at, "key"), message=f"{key!r} stands twice in this batch")
            faults.append(tuple(definition_faults(draft)) or ((twin,) if seen[key] else ()))
            seen[key] += 1
        sound = [draft for draft, found in zip(drafts, faults, strict=True) if not found]
        written = iter(await self.definitions.upsert(sound) if sound else ())
        return [
            DefinitionWrite(result=WriteResult.REFUSED, faults=found) if found else next(written) for found in faults
        ]

    async def delete(self, keys: Sequence[str], expected: Sequence[int] = ()) -> tuple[list[str], list[Fault]]:
        """The keys that were defined; their values stay, free-form from then on. `expected`: one a key, or none."""
        require_editor()
        check_keys(keys)
        if expected and (len(expected) != len(keys) or len(set(keys)) < len(keys)):
            message = f"{len(expected)} versions for {len(keys)} keys: name each key once, with its version"
            return [], [Fault(code="INVALID", field=("expectedVersions",), message=message)]
        wanted = dict(zip(keys, expected, strict=True)) if expected else {}
        found = await self.definitions.delete(keys, wanted) if keys else {}
        deleted: list[str] = []
        faults: list[Fault] = []
        for place, key in enumerate(keys):
            version = found.get(key)
            if version is None:
                message = f"{key[:40]!r} has no definition"
                faults.append(Fault(code="NOT_FOUND", field=("keys", str(place)), message=message))
            elif version != wanted.get(key, version):
                message = f"the definition has version {version} now, not {wanted[key]}; read it again"
                faults.append(Fault(code="STALE_VERSION", field=("expectedVersions", str(place)), message=message))
            else:
                deleted.append(key)
        return deleted, faults
