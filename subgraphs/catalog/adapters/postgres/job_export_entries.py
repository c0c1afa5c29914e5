"""What an export reads beside products: stretches of what a file's lines of other types say."""

from collections.abc import Callable, Mapping
from typing import Any, LiteralString

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres.collections import rules_from
from subgraphs.catalog.adapters.postgres.translations import said_from
from subgraphs.catalog.domain.catalog_file.collections import rule_written
from subgraphs.catalog.domain.catalog_file.entries import ATTRIBUTE, CATEGORY, CHANNEL, COLLECTION, LOCATION
from subgraphs.catalog.domain.catalog_file.said import texts_written

# Ordered by what stands for the line, by which the next stretch goes on. A path sorts behind those above it.
STATEMENTS: dict[str, LiteralString] = {
    CHANNEL: """
SELECT slug AS place, slug AS id, name, currencies, default_locale, locales FROM channels
WHERE slug > %(after)s ORDER BY slug LIMIT %(limit)s
""",
    LOCATION: """
SELECT id AS place, id, name, address, priority, active FROM stock_locations
WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
""",
    ATTRIBUTE: """
SELECT key AS place, key AS id, label, type AS value_type, unit, choices, facetable, searchable,
       (SELECT jsonb_object_agg(locale, fields) FROM translations
        WHERE kind = 'attribute_definition' AND entity_id = definition.id) AS translations
FROM attribute_definitions AS definition WHERE key > %(after)s ORDER BY key LIMIT %(limit)s
""",
    CATEGORY: """
SELECT array_to_string(path, chr(31)) COLLATE "C" AS place, path, slug, description, image, position, seo_title,
       seo_description, (SELECT jsonb_object_agg(locale, fields) FROM translations
                         WHERE kind = 'category' AND entity_id = category.id) AS translations
FROM categories AS category WHERE array_to_string(path, chr(31)) COLLATE "C" > %(after)s
ORDER BY 1 LIMIT %(limit)s
""",
    COLLECTION: """
SELECT slug AS place, slug AS id, name, description, image, published, channels, match, rules::text, seo_title,
       seo_description, (SELECT jsonb_object_agg(locale, fields) FROM translations
                         WHERE kind = 'collection' AND entity_id = collection.id) AS translations,
       (SELECT jsonb_agg(product.external_reference ORDER BY member.position, member.product_id DESC)
        FROM collection_products AS member JOIN products AS product ON product.id = member.product_id
        WHERE member.collection_id = collection.id AND collection.rules IS NULL AND product.archived_at IS NULL)
       AS products,
       (SELECT jsonb_object_agg(category.id, array_to_string(path, chr(31)))
        FROM jsonb_array_elements(collection.rules) AS rule JOIN categories AS category
          ON category.id = rule ->> 'category') AS paths
FROM collections AS collection WHERE slug > %(after)s ORDER BY slug LIMIT %(limit)s
""",
}
TOTAL = """
SELECT (SELECT count(*) FROM channels) + (SELECT count(*) FROM stock_locations) + (SELECT count(*) FROM categories)
     + (SELECT count(*) FROM attribute_definitions) + (SELECT count(*) FROM collections) AS entries
"""


async def entries_after(connection: Connection, kind: str, after: str, limit: int) -> list[tuple[str, dict[str, Any]]]:
    """Lines of this type behind a place: the place and the record of each."""
    asked = {"after": after, "limit": limit}
    rows = await (await connection.execute(STATEMENTS[kind], asked)).fetchall()
    return [(row.pop("place"), {"type": kind, **RECORDS.get(kind, _plain)(row)}) for row in rows]


def _plain(row: DictRow) -> dict[str, Any]:
    """Without what there is not."""
    said: Mapping[str, Any] | None = row.pop("translations", None)
    texts = {"translations": texts_written(said_from(said))} if said else {}
    return {name: value for name, value in row.items() if value is not None} | texts


def _collection(row: DictRow) -> dict[str, Any]:
    paths: Mapping[str, str] = row.pop("paths") or {}
    match, stored = row.pop("match"), row.pop("rules")
    rules = rules_from(match, stored and orjson.dumps(_by_path(orjson.loads(stored), paths)).decode())
    ruled = {"match": rules.match, "rules": [rule_written(each) for each in rules.rules]} if rules else {}
    return _plain(row) | ruled


def _by_path(rules: list[dict[str, Any]], paths: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rules with the paths of their categories; one whose category is gone names its id, which nothing is."""
    return [{**each, "category": paths.get(each["category"] or "", each["category"])} for each in rules]


RECORDS: dict[str, Callable[[DictRow], dict[str, Any]]] = {COLLECTION: _collection}
