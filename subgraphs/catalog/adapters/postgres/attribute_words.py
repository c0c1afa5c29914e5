"""What attributes are called in the shop's language, for facets."""

from collections.abc import Collection, Sequence

from chassis.database import Database
from subgraphs.catalog.domain.facets import AttributeWords

SAID = """
SELECT substr(entity_id, 5) AS key, fields ->> 'name' AS label, fields ->> 'unit' AS unit,
       coalesce(fields #> '{terms,""}', '{}') AS choices
FROM translations
WHERE kind = 'attribute_definition' AND entity_id = ANY(%(ids)s) AND locale = ANY(%(locales)s::text[])
ORDER BY array_position(%(locales)s::text[], locale) DESC
"""


class PostgresAttributeWords:
    """Fills `app.ports.AttributeVocabulary`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def of(self, keys: Collection[str], locales: Sequence[str]) -> dict[str, AttributeWords]:
        """Of those that are called anything; `locales`: the best one first, each word falls back by itself."""
        if not keys or not locales:
            return {}
        found: dict[str, AttributeWords] = {}
        async with self._db.reading() as connection:
            asked = {"ids": [f"att_{key}" for key in keys], "locales": list(locales)}
            for row in await (await connection.execute(SAID, asked)).fetchall():
                wider = found.get(row["key"], AttributeWords())
                found[row["key"]] = AttributeWords(
                    label=row["label"] or wider.label,
                    unit=row["unit"] or wider.unit,
                    choices={**wider.choices, **row["choices"]},
                )
        return found
