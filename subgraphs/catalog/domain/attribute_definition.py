"""What attributes mean, where that is laid down. Pure. Keys without a definition stay free-form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import isfinite

from subgraphs.catalog.domain.facet import LABELS
from subgraphs.catalog.domain.product import Attribute, Fault, WriteResult

LONGEST_KEY = 100
LONGEST_LABEL = 100
LONGEST_CHOICE = 200
MOST_CHOICES = 500
_KEY = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_TRUTHS = {"true": "true", "yes": "true", "false": "false", "no": "false"}


class AttributeType(StrEnum):
    """What a value is."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeDefinition:
    """What the values of one key are, and what shoppers may do with them."""

    key: str
    label: str
    type: AttributeType
    unit: str | None = None
    """Of a NUMBER."""
    choices: tuple[str, ...] = ()
    """Of a CHOICE."""
    facetable: bool = True
    """Shoppers can narrow a search by it."""
    searchable: bool = False
    """A search finds products by its words."""
    version: int = 0

    @property
    def id(self) -> str:
        """What its translations are of."""
        return f"att_{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionDraft:
    """A definition as it shall be."""

    definition: AttributeDefinition
    expected_version: int | None = None
    at: tuple[str, ...] = ()
    """Where it stands in the caller's input."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionWrite:
    """The outcome of one definition of a write."""

    result: WriteResult
    definition: AttributeDefinition | None = None
    """As it is now."""
    faults: tuple[Fault, ...] = ()


def definition_faults(draft: DefinitionDraft) -> Iterator[Fault]:
    """What is wrong with a definition by itself."""
    definition, at = draft.definition, draft.at
    if len(definition.key) > LONGEST_KEY or not _KEY.fullmatch(definition.key):
        message = f"{definition.key[:40]!r} is no attribute key; write it like screen_size"
        yield Fault(code="INVALID", field=(*at, "key"), message=message)
    if definition.key in LABELS:
        yield Fault(code="TAKEN", field=(*at, "key"), message=f"{definition.key} is a facet of its own")
    if not definition.label.strip():
        yield Fault(code="REQUIRED", field=(*at, "label"), message="an attribute needs a label for shoppers")
    for name, text in (("label", definition.label), ("unit", definition.unit or "")):
        if len(text) > LONGEST_LABEL or "\x00" in text:
            yield Fault(code="TOO_LONG", field=(*at, name), message=f"at most {LONGEST_LABEL} printable characters")
    if definition.unit and definition.type is not AttributeType.NUMBER:
        yield Fault(code="INVALID", field=(*at, "unit"), message="only a NUMBER has a unit")
    yield from _choice_faults(definition, (*at, "choices"))


def _choice_faults(definition: AttributeDefinition, at: tuple[str, ...]) -> Iterator[Fault]:
    choices = definition.choices
    if definition.type is not AttributeType.CHOICE:
        if choices:
            yield Fault(code="INVALID", field=at, message="only a CHOICE has choices")
        return
    if not choices:
        yield Fault(code="REQUIRED", field=at, message="a CHOICE needs at least one")
    if len(choices) > MOST_CHOICES:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_CHOICES} choices")
    if len(set(choices)) != len(choices):
        yield Fault(code="TAKEN", field=at, message="a choice stands twice")
    if any(not each.strip() or len(each) > LONGEST_CHOICE or "\x00" in each for each in choices):
        yield Fault(code="INVALID", field=at, message=f"a choice has 1 to {LONGEST_CHOICE} printable characters")


def checked(
    attributes: Sequence[Attribute], definitions: Mapping[str, AttributeDefinition], at: tuple[str, ...]
) -> tuple[tuple[Attribute, ...], tuple[Fault, ...]]:
    """The attributes as they are defined, with label, unit and number of their definition; what does not fit it."""
    found: list[Attribute] = []
    faults: list[Fault] = []
    for index, attribute in enumerate(attributes):
        definition = definitions.get(attribute.key)
        fitted = _fitted(attribute, definition) if definition else attribute
        if fitted is None and definition:
            message = f"{attribute.key} is {_wanted(definition)}, not {_given(attribute)}"
            faults.append(Fault(code="ATTRIBUTE_TYPE_MISMATCH", field=(*at, str(index), "value"), message=message))
        elif fitted is not None:
            found.append(fitted)
    return tuple(found), tuple(faults)


def _fitted(attribute: Attribute, definition: AttributeDefinition) -> Attribute | None:
    """None where the value is not of the type."""
    labelled = replace(attribute, label=definition.label)
    match definition.type:
        case AttributeType.TEXT:
            return labelled
        case AttributeType.NUMBER:
            number = attribute.number if attribute.number is not None else _number(attribute.value)
            if number is None or not isfinite(number) or (attribute.unit or definition.unit) != definition.unit:
                return None
            return replace(labelled, number=number, unit=definition.unit)
        case AttributeType.BOOLEAN:
            truth = _TRUTHS.get(attribute.value.strip().lower())
            return replace(labelled, value=truth) if truth else None
        case AttributeType.CHOICE:
            return labelled if attribute.value in definition.choices else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _wanted(definition: AttributeDefinition) -> str:
    match definition.type:
        case AttributeType.NUMBER:
            return f"a NUMBER in {definition.unit}" if definition.unit else "a NUMBER without a unit"
        case AttributeType.CHOICE:
            return f"a CHOICE of {', '.join(definition.choices[:20])}"
        case AttributeType.BOOLEAN:
            return "a BOOLEAN (true or false)"
        case AttributeType.TEXT:
            return "a TEXT"


def _given(attribute: Attribute) -> str:
    return f"{attribute.value[:40]!r}" + (f" in {attribute.unit}" if attribute.unit else "")
