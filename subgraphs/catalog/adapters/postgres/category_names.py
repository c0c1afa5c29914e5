"""Categories as somebody types, in the shop's language."""

import re
from typing import Any

from chassis.database import Database
from subgraphs.catalog.domain.found import Suggestion
from subgraphs.catalog.domain.product import Shop

BEGINNING = """
WITH said AS (
    SELECT DISTINCT ON (entity_id) entity_id, fields ->> 'name' AS name FROM translations
    WHERE kind = 'category' AND locale = ANY(%(locales)s::text[]) AND fields ? 'name'
    ORDER BY entity_id, array_position(%(locales)s::text[], locale)
)
SELECT categories.id, ARRAY(
    SELECT coalesce(above.name, path[place]) FROM unnest(ancestor_ids) WITH ORDINALITY AS way (ancestor, place)
    LEFT JOIN said AS above ON above.entity_id = ancestor ORDER BY place) AS path
FROM categories LEFT JOIN said ON said.entity_id = categories.id
CROSS JOIN LATERAL lower(coalesce(said.name, categories.name)) AS spelled
WHERE (spelled LIKE %(prefix)s OR spelled LIKE '%% ' || %(prefix)s)
  AND EXISTS (
      SELECT FROM categories AS below JOIN products AS product ON product.category_id = below.id
      JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
      WHERE below.ancestor_ids @> ARRAY[categories.id])
ORDER BY spelled LIKE %(prefix)s DESC, length(spelled), categories.path LIMIT %(first)s
"""
_SPECIAL = re.compile(r"[\\%_]")


class PostgresCategoryNames:
    """Fills `app.ports.CategoryNames`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def beginning(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        plain = _SPECIAL.sub(lambda match: "\\" + match[0], prefix.lower().replace("\x00", ""))
        asked: dict[str, Any] = {
            "prefix": f"{plain}%",
            "channel": shop.channel,
            "locales": list(shop.locales),
            "first": first,
        }
        async with self._db.reading() as connection:
            rows = await (await connection.execute(BEGINNING, asked)).fetchall()
        return [Suggestion(text=" › ".join(row["path"]), category_id=row["id"]) for row in rows]
