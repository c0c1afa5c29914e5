"""Lines of a catalogue file that are no products: what is defined before them, and collections behind them.

A line says by `type` what it is; without one it is a product. An export begins with what products rest on: channels,
stock locations, attributes, categories.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from subgraphs.catalog.domain.attribute_definition import (
    AttributeDefinition,
    AttributeType,
    DefinitionDraft,
    definition_faults,
)
from subgraphs.catalog.domain.catalog_file.beside import address_of
from subgraphs.catalog.domain.catalog_file.collections import CollectionRecord, collection_of
from subgraphs.catalog.domain.catalog_file.facts import exact_image
from subgraphs.catalog.domain.catalog_file.record import category_path
from subgraphs.catalog.domain.catalog_file.said import Texts, texts_of
from subgraphs.catalog.domain.catalog_file.values import BadRecord, shown, strings, text, truth
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.channel import Channel, channel_faults, in_one_spelling
from subgraphs.catalog.domain.product import Fault, Image
from subgraphs.catalog.domain.stock_location import MOST_PRIORITY, LocationDraft, faults_of_location
from subgraphs.catalog.domain.texts import SeoChange

VERSION = 1
"""Of the lines' meaning; the first line of an export tells it."""
HEAD, CHANNEL, LOCATION, ATTRIBUTE, CATEGORY, PRODUCT, COLLECTION = (
    "catalog", "channel", "location", "attribute", "category", "product", "collection",
)  # fmt: skip
FIELDS: Mapping[str, frozenset[str]] = {
    HEAD: frozenset({"version"}),
    CHANNEL: frozenset({"id", "name", "currencies", "default_locale", "locales"}),
    LOCATION: frozenset({"id", "name", "address", "priority", "active"}),
    ATTRIBUTE: frozenset({
        "id", "label", "value_type", "unit", "choices", "facetable", "searchable", "translations",
    }),
    CATEGORY: frozenset({
        "path", "slug", "description", "image", "position", "seo_title", "seo_description", "translations",
    }),
    COLLECTION: frozenset({
        "id", "name", "description", "image", "published", "channels", "match", "rules", "products", "seo_title",
        "seo_description", "translations",
    }),
}  # fmt: skip
ADDRESS = frozenset({
    "full_name", "company", "line1", "line2", "city", "region", "postal_code", "country_code", "phone",
})  # fmt: skip
OPERATION = "catalogImport"


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryRecord:
    """A category as a line says it."""

    path: tuple[str, ...]
    description: str | None
    image: Image | None
    position: int | None
    """Among its siblings; None: behind those that have one, by name."""
    address: SeoChange


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What one line says. Its type and key name it in the file."""

    type: str
    key: str
    value: Channel | LocationDraft | DefinitionDraft | CategoryRecord | CollectionRecord | None
    """None for the head."""
    texts: Texts | None = None


def type_of(record: Mapping[str, Any]) -> str:
    """Raises BadRecord."""
    given = record.get("type", PRODUCT)
    if given != PRODUCT and given not in FIELDS:
        raise BadRecord("type", f"{shown(given)} is none", f"write one of {', '.join(FIELDS)}, or leave it out")
    return given


def entry_of(record: Mapping[str, Any]) -> Entry:
    """Of a line that is no product. Raises BadRecord."""
    kind = type_of(record)
    if unknown := sorted(record.keys() - FIELDS[kind] - {"type"}):
        raise BadRecord(unknown[0], f"is no field of a {kind}", f"name some of {', '.join(sorted(FIELDS[kind]))}")
    match kind:
        case "catalog":
            return _head(record)
        case "channel":
            return _channel(record)
        case "location":
            return _location(record)
        case "attribute":
            return _attribute(record)
        case "category":
            return _category(record)
        case _:
            made = collection_of(record)
            return Entry(type=kind, key=made.slug, value=made, texts=_texts(record, EntityKind.COLLECTION))


def _head(record: Mapping[str, Any]) -> Entry:
    if record.get("version") != VERSION:
        how = f"this shop reads version {VERSION}; export it by a shop of this release, or update this one"
        raise BadRecord("version", f"{shown(record.get('version'))} is unknown", how)
    return Entry(type=HEAD, key="", value=None)


def _channel(record: Mapping[str, Any]) -> Entry:
    channel = in_one_spelling(
        Channel(
            slug=text(record, "id", required=True), name=text(record, "name", required=True),
            currencies=strings(record, "currencies"), default_locale=text(record, "default_locale", required=True),
            locales=strings(record, "locales"),
        )
    )  # fmt: skip
    _refuse(*channel_faults(channel))
    return Entry(type=CHANNEL, key=channel.slug, value=channel)


def _location(record: Mapping[str, Any]) -> Entry:
    priority, active = record.get("priority", 0), truth(record, "active", default=True)
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise BadRecord("priority", f"{shown(priority)} is no whole number", f"write one up to {MOST_PRIORITY:,}")
    draft = LocationDraft(
        id=text(record, "id", required=True), name=text(record, "name", required=True),
        address=_postal(record.get("address")), priority=priority, active=active, expected_version=None,
        operation=OPERATION,
    )  # fmt: skip
    _refuse(*faults_of_location(draft))
    return Entry(type=LOCATION, key=draft.id, value=draft)


def _postal(given: Any) -> dict[str, str]:
    """A line without one has none. Raises BadRecord."""
    address: dict[str, Any] = (
        cast("dict[str, Any]", given) if isinstance(given, dict) else {} if given is None else {"": given}
    )
    if address.keys() - ADDRESS or not all(isinstance(each, str) for each in address.values()):
        raise BadRecord("address", f"{shown(given)} is no address", f"name some of {', '.join(sorted(ADDRESS))}")
    return address


def _attribute(record: Mapping[str, Any]) -> Entry:
    kind = text(record, "value_type", required=True)
    if kind not in AttributeType.__members__:
        raise BadRecord("value_type", f"{shown(kind)} is none", f"write one of {', '.join(AttributeType.__members__)}")
    definition = AttributeDefinition(
        key=text(record, "id", required=True), label=text(record, "label", required=True), type=AttributeType(kind),
        unit=text(record, "unit") or None, choices=strings(record, "choices"),
        facetable=truth(record, "facetable", default=True), searchable=truth(record, "searchable", default=False),
    )  # fmt: skip
    draft = DefinitionDraft(definition=definition)
    _refuse(*definition_faults(draft))
    texts = _texts(record, EntityKind.ATTRIBUTE_DEFINITION)
    return Entry(type=ATTRIBUTE, key=definition.key, value=draft, texts=texts)


def _category(record: Mapping[str, Any]) -> Entry:
    path, position = category_path(record.get("path")), record.get("position")
    if not path:
        raise BadRecord("path", "is missing", 'write ["Home", "Lamps"]')
    if position is not None and (not isinstance(position, int) or isinstance(position, bool) or position < 0):
        raise BadRecord("position", f"{shown(position)} is no place", "write a number from 0, or leave it out")
    made = CategoryRecord(
        path=path, description=text(record, "description") or None, image=exact_image(record.get("image")),
        position=position, address=address_of(record, "cat_"),
    )  # fmt: skip
    return Entry(type=CATEGORY, key="\x1f".join(path), value=made, texts=_texts(record, EntityKind.CATEGORY))


def _texts(record: Mapping[str, Any], kind: EntityKind) -> Texts | None:
    return None if record.get("translations") is None else texts_of(record["translations"], kind)


def _refuse(*faults: Fault) -> None:
    for fault in faults:
        raise BadRecord(".".join(fault.field) or "line", fault.message, "mend the value")
