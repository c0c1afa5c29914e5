"""How a statement brings translations along: no look-up of their own, and nothing at all where none is asked for."""

from typing import Any, LiteralString

from psycopg.rows import DictRow

from subgraphs.catalog.domain.translation import FIELDS


def texts_of(kind: LiteralString, entity_id: LiteralString) -> LiteralString:
    """A column `texts` of the entity's translations into `%(locales)s`, the best one last."""
    return (
        "CASE WHEN %(locales)s::text[] <> '{}' THEN ARRAY(SELECT fields FROM translations WHERE kind = '"  # noqa: S608
        + kind
        + "' AND entity_id = "
        + entity_id
        + " AND locale = ANY(%(locales)s::text[])"
        + " ORDER BY array_position(%(locales)s::text[], locale) DESC) END AS texts"
    )


def in_words(row: DictRow) -> dict[str, Any]:
    """What the row's texts are in the asked language, field by field; as they were written where it has none."""
    words: dict[str, Any] = {name: row[name] for name in FIELDS if name in row}
    for fields in row["texts"] or ():
        words |= fields
    return words
