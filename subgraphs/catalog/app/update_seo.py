"""Gives entities other addresses, and tells search engines other words."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import Addresses
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.texts import SeoChange, TextWrite, seo_faults


@dataclass(frozen=True)
class UpdateSeo:
    """One transaction a call, an outcome a change: a faulty one does not hold back the others."""

    addresses: Addresses

    async def __call__(self, changes: Sequence[SeoChange]) -> list[TextWrite]:
        require_editor()
        check_keys(changes)
        faults = seo_faults(changes)
        sound = {number: change for number, change in enumerate(changes) if not faults[number]}
        written = await self.addresses.change(sound) if sound else {}
        return [
            written.get(number) or TextWrite(id=change.id, faults=faults[number])
            for number, change in enumerate(changes)
        ]

    async def former_slugs(self, ids: Sequence[str]) -> list[list[str]]:
        """What leads on to each, newest first."""
        require_editor()
        check_keys(ids)
        return await self.addresses.former_slugs(ids)
