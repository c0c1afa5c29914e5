"""Facets: how hits can be narrowed, and what to send back to do it."""

from dataclasses import dataclass
from enum import Enum

import strawberry
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.graph import PUBLIC, attribute, computed, enum_of, type_


@enum_of(pb.FacetKind)
class FacetKind(Enum):
    """How a facet's values are meant to be shown."""

    LIST = pb.LIST
    TREE = pb.TREE
    RANGES = pb.RANGES


@strawberry.input
class FacetInput:
    """What is chosen of a facet: `FacetValue.input` as it came."""

    facet: str
    values: list[str]


@dataclass(frozen=True)
class Choice:
    """What to send back to choose a value."""

    facet: str
    values: list[str]


@type_(Choice, permission=PUBLIC)
class FacetChoice:
    """To be sent back in `facets` as it is."""

    facet: str
    values: list[str]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A value together with the facet it belongs to."""

    value: str
    label: str
    count: int
    selected: bool
    level: int
    parent_value: str | None
    low: float | None
    high: float | None
    input: Choice


@type_(Counted, permission=PUBLIC)
class FacetValue:
    """One value that hits can be narrowed to."""

    value: str
    label: str
    count: int = attribute(description="Hits it would leave, as if nothing else of this facet were chosen.")
    selected: bool
    level: int = attribute(description="In a tree: 0 for a root. Values come depth first; 0 in other facets.")
    parent_value: str | None = attribute(description="In a tree: the value right above.")
    low: float | None = attribute(description="Of a range: where it begins, null when open; prices in major units.")
    high: float | None = attribute(description="Of a range: where it ends, itself not included; null when open.")
    input: FacetChoice = attribute(description="Send it back in `facets` to choose this value.")


@type_(pb.Facet, permission=PUBLIC)
class Facet:
    """One way to narrow the hits; its values are alternatives of each other."""

    key: str
    label: str
    kind: FacetKind
    unit: str | None = attribute(description="Of its numbers; the currency of prices.")

    @computed(list[FacetValue])
    @staticmethod
    def values(facet: pb.Facet) -> list[Counted]:
        """Most hits first; ranges ascending; a tree depth first."""
        return [
            Counted(
                value=each.value,
                label=each.label,
                count=each.count,
                selected=each.selected,
                level=each.level,
                parent_value=each.parent_value if each.HasField("parent_value") else None,
                low=each.low if each.HasField("low") else None,
                high=each.high if each.HasField("high") else None,
                input=Choice(facet.key, [each.value]),
            )
            for each in facet.values
        ]
