"""Products and variants as a shop shows them. One statement a batch, whatever its size."""

from collections.abc import Sequence
from typing import LiteralString

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.rows import product_from, variant_from
from subgraphs.catalog.adapters.postgres.translated import ATTRIBUTE_WORDS, texts_of
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Product, ProductKey, Shop, Variant

_PRODUCT = (
    """
SELECT product.id, product.external_reference, product.name, product.slug, product.description, product.brand,
       product.category_id, product.media::text, product.version, product.created_at,
       product.updated_at, product.seo_title, product.seo_description, product.options::text, product.archived_at,
       (SELECT id FROM brands WHERE name = product.brand) AS brand_id,
       publication.product_id IS NOT NULL AS published, offer.lowest, offer.highest, offer.in_stock,
"""  # noqa: S608
    + texts_of("product", "product.id")
)
COLUMNS = _PRODUCT + ", product.attributes::text, " + ATTRIBUTE_WORDS
COLUMNS_WITHOUT_ATTRIBUTES = _PRODUCT + ", '[]' AS attributes, NULL AS attribute_words"
FOUND_BY = """,
       ARRAY(SELECT slug FROM former_slugs
             WHERE kind = 'product' AND entity_id = product.id AND slug = ANY(%(slugs)s)) AS former_slugs
"""
LED_ON = "SELECT entity_id FROM former_slugs WHERE kind = 'product' AND slug = ANY(%(slugs)s)"
PRODUCT = """
FROM products AS product
LEFT JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
LEFT JOIN offers AS offer
  ON offer.product_id = product.id AND offer.channel = %(channel)s AND offer.currency = %(currency)s
"""
SEEN = " AND (%(unpublished)s OR publication.product_id IS NOT NULL)"
_OF_IDS = PRODUCT + "WHERE product.id = ANY(%(ids)s)" + SEEN
BY_IDS = COLUMNS + _OF_IDS
BY_IDS_WITHOUT_ATTRIBUTES = COLUMNS_WITHOUT_ATTRIBUTES + _OF_IDS
BY_KEYS = (
    COLUMNS
    + FOUND_BY
    + PRODUCT
    + "WHERE (product.slug = ANY(%(slugs)s) OR product.external_reference = ANY(%(references)s)"
    + " OR product.id = ANY(%(ids)s || ARRAY("
    + LED_ON
    + ")))"
    + SEEN
)

VARIANT_COLUMNS = """
SELECT variant.id, variant.product_id, variant.sku, variant.name, variant.options::text, variant.active,
       variant.weight_grams, price.minor_units, price.compare_at_minor_units, product.name AS product_name,
       (product.media -> 0)::text AS image,
       publication.product_id IS NOT NULL AS published, coalesce(units.available, 0) AS available,
"""
VARIANT = (
    VARIANT_COLUMNS  # noqa: S608
    + texts_of("product", "product.id")
    + ", "
    + texts_of("product_variant", "variant.id", "own_texts")
    + """
FROM variants AS variant
JOIN products AS product ON product.id = variant.product_id
LEFT JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
LEFT JOIN prices AS price
  ON price.variant_id = variant.id AND price.channel = %(channel)s AND price.currency = %(currency)s
LEFT JOIN LATERAL (
    SELECT least(sum(available), 2147483647)::int AS available FROM stock WHERE stock.sku = variant.sku AND stock.active
) AS units ON true
"""
)
VARIANT_SEEN = " AND (%(unpublished)s OR (publication.product_id IS NOT NULL AND variant.active))"
VARIANTS_BY_IDS = VARIANT + "WHERE variant.id = ANY(%(keys)s)" + VARIANT_SEEN
VARIANTS_BY_SKUS = VARIANT + "WHERE variant.sku = ANY(%(keys)s)" + VARIANT_SEEN
VARIANTS_OF = (
    VARIANT
    + "WHERE variant.product_id = ANY(%(keys)s) AND variant.active"
    + VARIANT_SEEN
    + " ORDER BY variant.position"
)

IDS_BELOW = """
SELECT wanted.id AS below, listed.id
FROM unnest(%(ids)s::text[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT product.id FROM products AS product
    WHERE product.category_id IN (SELECT id FROM categories WHERE wanted.id = ANY (ancestor_ids))
      AND (%(unpublished)s OR EXISTS (
          SELECT FROM publications WHERE product_id = product.id AND channel = %(channel)s))
      AND product.archived_at IS NULL
      AND (%(after)s = '' OR product.id < %(after)s)
    ORDER BY product.id DESC LIMIT %(limit)s
) AS listed
"""


class PostgresProducts:
    """Fills `app.ports.Products`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def by_ids(
        self, ids: Sequence[str], shop: Shop, *, unpublished: bool, attributes: bool = True
    ) -> list[Product | None]:
        async with self._db.reading() as connection:
            rows = await connection.execute(
                BY_IDS if attributes else BY_IDS_WITHOUT_ATTRIBUTES,
                {**_asked(shop), "ids": list(set(ids)), "unpublished": unpublished},
            )
            found = {row["id"]: product_from(row, shop.currency) async for row in rows}
        return [found.get(each) for each in ids]

    async def by_keys(self, keys: Sequence[ProductKey], shop: Shop, *, unpublished: bool) -> list[Product | None]:
        async with self._db.reading() as connection:
            rows = await connection.execute(
                BY_KEYS,
                {
                    "ids": [key.value for key in keys if key.kind == "id"],
                    "slugs": [key.value for key in keys if key.kind == "slug"],
                    "references": [key.value for key in keys if key.kind == "external_reference"],
                    "unpublished": unpublished,
                    **_asked(shop),
                },
            )
            found = [(product_from(row, shop.currency), row["former_slugs"]) async for row in rows]
        former = {("slug", slug): each for each, slugs in found for slug in slugs}
        named = {
            **former,
            **{("id", each.id): each for each, _ in found},
            **{("slug", each.slug): each for each, _ in found},
            **{("external_reference", each.external_reference): each for each, _ in found},
        }
        return [named.get((key.kind, key.value)) for key in keys]

    async def variants_by_ids(self, ids: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Variant | None]:
        found = {each.id: each for each in await self._variants(VARIANTS_BY_IDS, ids, shop, unpublished=unpublished)}
        return [found.get(each) for each in ids]

    async def variants_by_skus(self, skus: Sequence[str], shop: Shop, *, unpublished: bool) -> list[Variant | None]:
        found = {each.sku: each for each in await self._variants(VARIANTS_BY_SKUS, skus, shop, unpublished=unpublished)}
        return [found.get(each) for each in skus]

    async def variants_of(self, product_ids: Sequence[str], shop: Shop, *, unpublished: bool) -> list[list[Variant]]:
        lists: dict[str, list[Variant]] = {each: [] for each in product_ids}
        for variant in await self._variants(VARIANTS_OF, product_ids, shop, unpublished=unpublished):
            lists[variant.product_id].append(variant)
        return [lists[each] for each in product_ids]

    async def pages_below(
        self, category_ids: Sequence[str], shop: Shop, *, first: int, after: str, unpublished: bool
    ) -> list[Page[Product]]:
        """Newest first. The cursor is the last product's id: ids sort by age."""
        asked = {
            "ids": list(set(category_ids)),
            "after": after,
            "limit": first + 1,
            "unpublished": unpublished,
            "channel": shop.channel,
        }
        async with self._db.reading() as connection:
            rows = await (await connection.execute(IDS_BELOW, asked)).fetchall()
        below: dict[str, list[tuple[str, str]]] = {each: [] for each in category_ids}
        for row in rows:
            below[row["below"]].append((row["id"], row["id"]))
        pages = {category_id: page_of(ids, first, after) for category_id, ids in below.items()}
        wanted = sorted({product_id for page in pages.values() for product_id in page.items})
        products = await self.by_ids(wanted, shop, unpublished=unpublished)
        found = {product.id: product for product in products if product is not None}
        return [pages[each].showing(found) for each in category_ids]

    async def _variants(
        self, statement: LiteralString, keys: Sequence[str], shop: Shop, *, unpublished: bool
    ) -> list[Variant]:
        async with self._db.reading() as connection:
            rows = await connection.execute(
                statement,
                {
                    "keys": list(set(keys)),
                    "unpublished": unpublished,
                    **_asked(shop),
                },
            )
            return [variant_from(row, shop.currency) async for row in rows]


def _asked(shop: Shop) -> dict[str, object]:
    return {"channel": shop.channel, "currency": shop.currency, "locales": list(shop.locales)}
