"""Categories as somebody types."""

import re
from typing import Any

from chassis.database import Database
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import Suggestion

BEGINNING = """
SELECT id, path FROM categories
WHERE (lower(name) LIKE %(prefix)s OR lower(name) LIKE '%% ' || %(prefix)s)
  AND EXISTS (
      SELECT FROM categories AS below JOIN products AS product ON product.category_id = below.id
      JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
      WHERE below.ancestor_ids @> ARRAY[categories.id])
ORDER BY lower(name) LIKE %(prefix)s DESC, length(name), path LIMIT %(first)s
"""
_SPECIAL = re.compile(r"[\\%_]")


class PostgresCategoryNames:
    """Fills `app.ports.CategoryNames`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def beginning(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        plain = _SPECIAL.sub(lambda match: "\\" + match[0], prefix.lower().replace("\x00", ""))
        asked: dict[str, Any] = {"prefix": f"{plain}%", "channel": shop.channel, "first": first}
        async with self._db.reading() as connection:
            rows = await (await connection.execute(BEGINNING, asked)).fetchall()
        return [Suggestion(text=" › ".join(row["path"]), category_id=row["id"]) for row in rows]
