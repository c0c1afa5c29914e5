"""Products of the same category, by the database: what is shown as alike while the search engine is away."""

from collections.abc import Sequence

from chassis.database import Database
from subgraphs.catalog.domain.product import Product, Shop

RELATED = """
SELECT wanted.id AS product_id, other.id
FROM unnest(%(ids)s::text[], %(categories)s::text[], %(brands)s::text[]) AS wanted (id, category_id, brand)
CROSS JOIN LATERAL (
    SELECT product.id, coalesce(product.brand = wanted.brand, false) AS same_brand FROM products AS product
    JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
    WHERE product.category_id = wanted.category_id AND product.id <> wanted.id
    ORDER BY same_brand DESC, product.id DESC LIMIT %(first)s
) AS other
ORDER BY wanted.id, other.same_brand DESC, other.id DESC
"""


class PostgresRelated:
    """Fills `app.ports.RelatedProducts`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def related(self, products: Sequence[Product], first: int, shop: Shop) -> list[list[str]]:
        asked = {
            "ids": [each.id for each in products],
            "categories": [each.category_id for each in products],
            "brands": [each.brand for each in products],
            "channel": shop.channel,
            "first": first,
        }
        lists: dict[str, list[str]] = {each.id: [] for each in products}
        async with self._db.reading() as connection:
            async for row in await connection.execute(RELATED, asked):
                lists[row["product_id"]].append(row["id"])
        return list(lists.values())
