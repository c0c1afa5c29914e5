"""Whether an index of an earlier definition may go on answering while one of today's is filled. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

SAME_OF_ALL = ("_meta", "dynamic", "dynamic_templates")
"""What fields come to be by themselves, and how terms are written: `_meta` tells when that changes."""
SAME_OF_FIELDS: Mapping[str, Any] = {
    "type": "object", "index": True, "doc_values": True, "dynamic": None, "dims": None, "element_type": None,
    "similarity": None,
}  # fmt: skip
"""What a document must fit, and what can be asked of a field; and what it is where a field does not say."""


def fits(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Today's documents go into it and today's queries find all their fields: it has those, as they are defined, and
    analyzers of their names. It may have more of both, and analyse otherwise: then it ranks as it did."""
    mappings, known = wanted["mappings"], there["mappings"]
    alike = all(_said(mappings.get(each)) == _said(known.get(each)) for each in SAME_OF_ALL)
    return alike and set(_fields(mappings)) <= set(_fields(known)) and _named(wanted) <= _named(there)


def _fields(mapping: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, ...]]:
    for below in ("properties", "fields"):
        for name, field in mapping.get(below, {}).items():
            yield (f"{above}{name}", *(_said(field.get(each, usual)) for each, usual in SAME_OF_FIELDS.items()))
            yield from _fields(field, f"{above}{name}.")


def _named(definition: Mapping[str, Any]) -> set[tuple[str, str]]:
    analysis = definition["settings"]["index"].get("analysis", {})
    return {(kind, name) for kind in ("analyzer", "normalizer") for name in analysis.get(kind, {})}


def _said(value: Any) -> str:
    """As the engine gives it back: true as a text, and names in no order."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode().strip('"')
