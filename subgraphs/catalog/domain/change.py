"""Who changed what in the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EntityKind(StrEnum):
    """What can be changed. Its names are those of the protobuf enum CatalogEntityKind."""

    PRODUCT = "PRODUCT"
    PRODUCT_VARIANT = "PRODUCT_VARIANT"
    ATTRIBUTE_DEFINITION = "ATTRIBUTE_DEFINITION"
    BRAND = "BRAND"
    CATEGORY = "CATEGORY"
    COLLECTION = "COLLECTION"
    TRANSLATION = "TRANSLATION"
    REDIRECT = "REDIRECT"
    PUBLICATION = "PUBLICATION"
    STOCK = "STOCK"
    LOCATION = "LOCATION"
    JOB = "JOB"
    CHANNEL = "CHANNEL"
    BLOCKED_QUERY = "BLOCKED_QUERY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One write of one entity, told by the fields it may have changed, under their names in the graph.

    `before` and `after` may hold fields that are equal: only what differs is kept. A creation has no `before` and needs
    no more in `after` than what names the entity (the rest stands in the entity, and in the `before` of later
    changes); an end for good has no `after`.
    """

    kind: EntityKind
    id: str
    operation: str
    """The mutation's name where there is one: "productUpdate", "productsUpsert"; else a few words like it."""
    version: int = 0
    """The entity's after the change."""
    before: Mapping[str, object] = field(default_factory=dict[str, object])
    after: Mapping[str, object] = field(default_factory=dict[str, object])

    def differing(self) -> tuple[dict[str, object], dict[str, object]]:
        """What differs: what it was, and what it is."""
        names = [name for name in {**self.before, **self.after} if not self._equal(name)]
        return (
            {name: self.before[name] for name in names if name in self.before},
            {name: self.after[name] for name in names if name in self.after},
        )

    def _equal(self, name: str) -> bool:
        return name in self.before and name in self.after and self.before[name] == self.after[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedChange:
    """A change as it is remembered."""

    id: int
    kind: EntityKind
    entity_id: str
    version: int
    actor: str
    """ "user:usr_…", or "service:…" for work nobody asked for."""
    request_id: str
    operation: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    changed_at: datetime
