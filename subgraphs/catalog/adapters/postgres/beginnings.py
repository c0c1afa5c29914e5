"""Categories in the shop's language, and learnt queries, as somebody types: one statement for both."""

import re
from typing import Any

from chassis.database import Database
from chassis.spelling import in_one_spelling
from subgraphs.catalog.domain.found import Suggestion
from subgraphs.catalog.domain.learnt_query import LearningRules
from subgraphs.catalog.domain.product import Shop

# Names first: next to none begins like that, while the planner would rather look for products of every category.
# Beginnings of queries are bounds, which an index knows how to use, whatever is asked.
BEGINNING = """
WITH said AS (
    SELECT DISTINCT ON (entity_id) entity_id, fields ->> 'name' AS name FROM translations
    WHERE kind = 'category' AND locale = ANY(%(locales)s::text[]) AND fields ? 'name'
    ORDER BY entity_id, array_position(%(locales)s::text[], locale)
),
named AS MATERIALIZED (
    SELECT categories.id, ancestor_ids, path, spelled FROM categories LEFT JOIN said ON said.entity_id = categories.id
    CROSS JOIN LATERAL lower(coalesce(said.name, categories.name)) AS spelled
    WHERE spelled LIKE %(prefix)s OR spelled LIKE '%% ' || %(prefix)s
)
(SELECT named.id, ARRAY(
    SELECT coalesce(above.name, path[place]) FROM unnest(ancestor_ids) WITH ORDINALITY AS way (ancestor, place)
    LEFT JOIN said AS above ON above.entity_id = ancestor ORDER BY place) AS path
FROM named
WHERE EXISTS (
    SELECT FROM categories AS below JOIN products AS product ON product.category_id = below.id
    JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
    WHERE below.ancestor_ids @> ARRAY[named.id])
ORDER BY spelled LIKE %(prefix)s DESC, length(spelled), named.path LIMIT %(categories)s)
UNION ALL
(SELECT NULL, ARRAY[text] FROM learnt_queries
WHERE channel = %(channel)s AND locale = %(indexed)s AND askers IS NULL AND text > %(begins)s AND text < %(beyond)s
ORDER BY score * power(0.5, extract(epoch FROM now() - scored_at) / %(half_life)s) DESC, text LIMIT %(queries)s)
"""
LAST = "\U0010ffff"
_SPECIAL = re.compile(r"[\\%_]")


class PostgresBeginnings:
    """Fills `app.query_ports.Beginnings`."""

    def __init__(self, db: Database, rules: LearningRules) -> None:
        self._db = db
        self._half_life = rules.half_life_days * 86_400

    async def beginning(self, prefix: str, shop: Shop, *, categories: int, queries: int) -> list[Suggestion]:
        typed = prefix.lower().replace("\x00", "")
        plain, begins = _SPECIAL.sub(lambda match: "\\" + match[0], typed), in_one_spelling(typed)
        asked: dict[str, Any] = {
            "prefix": f"{plain}%", "locales": list(shop.locales), "categories": categories,
            "begins": begins, "beyond": begins + LAST, "indexed": shop.indexed_locale or "", "queries": queries,
            "channel": shop.channel, "half_life": self._half_life,
        }  # fmt: skip
        async with self._db.reading() as connection:
            rows = await (await connection.execute(BEGINNING, asked)).fetchall()
        return [Suggestion(text=" › ".join(row["path"]), category_id=row["id"]) for row in rows]
