"""How a statement brings translations along: no look-up of their own, and nothing at all where none is asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, LiteralString

import orjson
from psycopg.rows import DictRow

from subgraphs.catalog.domain.product import Attribute
from subgraphs.catalog.domain.translation import FIELDS

Words = Mapping[str, Mapping[str, str]]
"""What options are called, by option and value; the value "" is the option itself."""
ATTRIBUTE_WORDS: LiteralString = """
CASE WHEN %(locales)s::text[] <> '{}' THEN (
    SELECT jsonb_agg(jsonb_build_array(fact ->> 'key', fact ->> 'value', jsonb_strip_nulls(jsonb_build_object(
               'label', fields ->> 'name', 'unit', fields ->> 'unit',
               'value', fields #>> ARRAY['terms', '', fact ->> 'value'])))
           ORDER BY array_position(%(locales)s::text[], locale) DESC)
    FROM jsonb_array_elements(product.attributes) AS fact JOIN translations
      ON kind = 'attribute_definition' AND entity_id = 'att_' || (fact ->> 'key') AND locale = ANY(%(locales)s::text[])
)::text END AS attribute_words
"""
"""A column of a `product`: what its attributes are called in `%(locales)s`, the best one last."""


def texts_of(kind: LiteralString, entity_id: LiteralString, column: LiteralString = "texts") -> LiteralString:
    """A column of the entity's translations into `%(locales)s`, the best one last."""
    return (
        "CASE WHEN %(locales)s::text[] <> '{}' THEN ARRAY(SELECT fields FROM translations WHERE kind = '"  # noqa: S608
        + kind
        + "' AND entity_id = "
        + entity_id
        + " AND locale = ANY(%(locales)s::text[])"
        + " ORDER BY array_position(%(locales)s::text[], locale) DESC) END AS "
        + column
    )


def in_words(row: DictRow) -> dict[str, Any]:
    """What the row's texts are in the asked language, field by field; as they were written where it has none."""
    words: dict[str, Any] = {name: row[name] for name in FIELDS if name in row}
    for fields in row["texts"] or ():
        words |= {name: fields[name] for name in FIELDS if name in fields}
    return words


def option_words(texts: Iterable[Mapping[str, Any]] | None) -> Words:
    """Of a product's translations, the best one last."""
    found: dict[str, dict[str, str]] = {}
    for fields in texts or ():
        for option, words in fields.get("terms", {}).items():
            found[option] = found.get(option, {}) | words
    return found


def attributes_in_words(attributes: Iterable[Attribute], said: str | None) -> tuple[Attribute, ...]:
    """The attributes as the column `attribute_words` says them, word by word."""
    if said is None:
        return tuple(attributes)
    words: dict[tuple[str, str], dict[str, str]] = {}
    for key, value, each in orjson.loads(said):
        words[key, value] = words.get((key, value), {}) | each
    return tuple(
        replace(each, **_fitting(each, words[each.key, each.value])) if (each.key, each.value) in words else each
        for each in attributes
    )


def _fitting(attribute: Attribute, words: dict[str, str]) -> dict[str, str]:
    """A unit is called otherwise only where there is one."""
    return {name: text for name, text in words.items() if name != "unit" or attribute.unit is not None}
