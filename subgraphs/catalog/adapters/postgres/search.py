"""Search by PostgreSQL's full text: answers while Elasticsearch is away, and finds unpublished goods for staff."""

import html
from dataclasses import replace
from typing import Any, LiteralString

import orjson
from psycopg.rows import DictRow

from chassis.database import Database
from subgraphs.catalog.adapters.postgres.translations import search_config
from subgraphs.catalog.app.ports import HitsKnown
from subgraphs.catalog.domain.facet import AVAILABILITY, BRAND, CATEGORY, IN_STOCK, LABELS, PRICE, FacetCounts
from subgraphs.catalog.domain.facets import LONGEST_VALUE, NO_CHOICE, range_keys
from subgraphs.catalog.domain.found import COUNTED_UP_TO, Found, FoundHit, Suggestion
from subgraphs.catalog.domain.number_ranges import number_range
from subgraphs.catalog.domain.price_ranges import price_range, price_steps
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import Cursor, SearchRequest, SortField

ENGINE = "p"

# `misses` names the facets whose choice a product does not meet: a hit misses none, a facet counts what misses only it.
MATCHES = """
WITH strict AS (SELECT websearch_to_tsquery('english', %(query)s) AS wanted),
asked AS (
    SELECT CASE WHEN EXISTS (SELECT FROM products WHERE words @@ (SELECT wanted FROM strict)) THEN wanted
                ELSE replace(plainto_tsquery('english', %(query)s)::text, '&', '|')::tsquery END AS wanted
    FROM strict
),
matches AS MATERIALIZED (
    SELECT product.id, product.name, product.description, product.brand, product.category_id, product.created_at,
           product.attributes,
           offer.lowest, coalesce(offer.in_stock, false) AS in_stock,
           CASE WHEN %(query)s = '' THEN 0
                ELSE ts_rank_cd('{0.1, 0.2, 0.5, 1.0}', product.words, (SELECT wanted FROM asked), 1) END AS score,
           array_remove(ARRAY[
               CASE WHEN %(chosen_brands)s::text[] IS NOT NULL
                         AND coalesce(product.brand <> ALL (%(chosen_brands)s::text[]), true)
                    THEN 'brand' END,
               CASE WHEN %(chosen_categories)s::text[] IS NOT NULL AND NOT EXISTS (
                        SELECT FROM categories
                        WHERE id = product.category_id AND ancestor_ids && %(chosen_categories)s::text[])
                    THEN 'category' END,
               CASE WHEN %(chosen_starts)s::bigint[] IS NOT NULL AND NOT EXISTS (
                        SELECT FROM unnest(%(chosen_starts)s::bigint[], %(chosen_ends)s::bigint[]) AS chosen (low, high)
                        WHERE offer.lowest >= low AND (high IS NULL OR offer.lowest < high))
                    THEN 'price' END,
               CASE WHEN %(chosen_stock)s::boolean[] IS NOT NULL
                         AND coalesce(offer.in_stock, false) <> ALL (%(chosen_stock)s::boolean[])
                    THEN 'availability' END
           ], NULL) || ARRAY(
               SELECT chosen ->> 'facet' FROM jsonb_array_elements(%(chosen_attributes)s::jsonb) AS chosen
               WHERE NOT EXISTS (
                   SELECT FROM jsonb_to_recordset(product.attributes) AS attribute (key text, value text, number float8)
                   WHERE attribute.key = chosen ->> 'facet' AND (chosen -> 'values' ? attribute.value OR EXISTS (
                       SELECT FROM jsonb_to_recordset(chosen -> 'ranges') AS range (low float8, high float8)
                       WHERE attribute.number >= coalesce(low, '-infinity')
                         AND attribute.number < coalesce(high, 'infinity'))))
           ) AS misses
    FROM products AS product
    LEFT JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
    LEFT JOIN offers AS offer
      ON offer.product_id = product.id AND offer.channel = %(channel)s AND offer.currency = %(currency)s
    WHERE (%(unpublished)s OR publication.product_id IS NOT NULL) AND product.archived_at IS NULL
      AND (%(query)s = '' OR product.words @@ (SELECT wanted FROM asked) OR product.id = ANY (ARRAY(
          SELECT entity_id FROM translations
          WHERE kind = 'product' AND locale = ANY (%(locales)s::text[])
            AND words @@ plainto_tsquery(%(language)s::regconfig, %(query)s))))
      AND (%(category)s::text IS NULL
           OR product.category_id IN (SELECT id FROM categories WHERE %(category)s = ANY (ancestor_ids)))
      AND (%(collection)s::text IS NULL OR product.id IN (
          SELECT member.product_id FROM collection_products AS member
          JOIN collections AS collection ON collection.id = member.collection_id
          WHERE collection.id = %(collection)s AND (%(unpublished)s OR collection.published
              AND (collection.channels = '{}' OR %(channel)s = ANY (collection.channels)))))
      AND (%(brands)s::text[] IS NULL OR product.brand = ANY (%(brands)s))
      AND (%(min_price)s::bigint IS NULL OR offer.lowest >= %(min_price)s)
      AND (%(max_price)s::bigint IS NULL OR offer.lowest <= %(max_price)s)
      AND (%(available)s::boolean IS NULL OR coalesce(offer.in_stock, false) = %(available)s)
      AND (%(attributes)s::jsonb = '[]' OR NOT EXISTS (
          SELECT FROM jsonb_to_recordset(%(attributes)s::jsonb)
                      AS wanted (key text, options jsonb, low float8, high float8)
          WHERE NOT EXISTS (
              SELECT FROM jsonb_to_recordset(product.attributes) AS attribute (key text, value text, number float8)
              WHERE attribute.key = wanted.key AND CASE
                    WHEN wanted.options <> '[]' THEN wanted.options ? attribute.value
                    ELSE attribute.number BETWEEN coalesce(low, '-infinity') AND coalesce(high, 'infinity') END)))
)
"""
TOTAL = MATCHES + "SELECT count(*)::int AS total FROM matches WHERE misses = '{}'"  # noqa: S608
FACETS = (
    MATCHES  # noqa: S608
    + """
SELECT
    (SELECT jsonb_agg(jsonb_build_array(brand, hits) ORDER BY hits DESC, brand) FROM (
        SELECT brand, count(*) AS hits FROM matches WHERE misses <@ '{brand}' AND brand IS NOT NULL GROUP BY brand
        ORDER BY hits DESC, brand LIMIT 100) AS counted) AS brands,
    (SELECT jsonb_agg(jsonb_build_array(id, hits) ORDER BY hits DESC, id) FROM (
        SELECT ancestor AS id, count(*) AS hits FROM matches JOIN categories ON categories.id = category_id
        CROSS JOIN LATERAL unnest(ancestor_ids) AS ancestor WHERE misses <@ '{category}' GROUP BY ancestor
        ORDER BY hits DESC, ancestor LIMIT 1000) AS counted) AS categories,
    (SELECT jsonb_agg(hits ORDER BY place) FROM (
        SELECT step.place, count(matches.id) AS hits
        FROM unnest(%(starts)s::bigint[], %(ends)s::bigint[]) WITH ORDINALITY AS step (low, high, place)
        LEFT JOIN matches ON misses <@ '{price}' AND lowest >= low AND (high IS NULL OR lowest < high)
        GROUP BY step.place) AS counted) AS prices,
    (SELECT count(*) FROM matches WHERE misses <@ '{availability}' AND in_stock) AS in_stock,
    (SELECT count(*) FROM matches WHERE misses <@ '{availability}' AND NOT in_stock) AS sold_out,
    (SELECT jsonb_agg(jsonb_build_array(key, value, hits) ORDER BY hits DESC) FROM (
        SELECT attribute.key, attribute.value, count(*) AS hits
        FROM (SELECT attributes, misses FROM matches ORDER BY score DESC, id LIMIT %(most_for_attributes)s) AS best
        CROSS JOIN LATERAL jsonb_to_recordset(attributes) AS attribute (key text, value text)
        WHERE misses <@ ARRAY[attribute.key] AND length(attribute.value) BETWEEN 1 AND %(longest_value)s
          AND lower(attribute.value) <> ALL (%(no_choice)s)
          AND attribute.key NOT IN (SELECT key FROM attribute_definitions WHERE NOT facetable)
        GROUP BY attribute.key, attribute.value ORDER BY hits DESC LIMIT 300) AS counted) AS attributes
"""
)
NUMBERS = (
    MATCHES
    + """
SELECT attribute.key, attribute.number, count(*)::int AS hits FROM matches
CROSS JOIN LATERAL jsonb_to_recordset(attributes) AS attribute (key text, number float8)
WHERE misses <@ ARRAY[attribute.key] AND attribute.key = ANY (%(range_keys)s) AND attribute.number IS NOT NULL
GROUP BY attribute.key, attribute.number ORDER BY attribute.number
"""
)
# Marks that no text contains, so that the snippet can be escaped before they become tags.
HITS = (
    MATCHES  # noqa: S608
    + """
SELECT id, CASE WHEN %(marked)s
            THEN ts_headline('english', name, asked.wanted, %(marks)s || ', HighlightAll=true') END AS name,
       CASE WHEN %(marked)s AND description IS NOT NULL
            THEN ts_headline('english', description, asked.wanted, %(marks)s || ', MaxWords=30, MinWords=10')
       END AS description
FROM (SELECT * FROM matches WHERE misses = '{}' ORDER BY """
)
TAIL = """, id LIMIT %(limit)s OFFSET %(offset)s) AS page, asked ORDER BY """
ORDERS: dict[tuple[SortField, bool], LiteralString] = {
    (SortField.RELEVANCE, False): "score DESC",
    (SortField.RELEVANCE, True): "score DESC",
    (SortField.PRICE, False): "lowest ASC NULLS LAST",
    (SortField.PRICE, True): "lowest DESC NULLS LAST",
    (SortField.NAME, False): "lower(name) ASC",
    (SortField.NAME, True): "lower(name) DESC",
    (SortField.CREATED_AT, False): "created_at ASC",
    (SortField.CREATED_AT, True): "created_at DESC",
}
SUGGESTIONS = """
SELECT product.id, product.name FROM products AS product
JOIN publications AS publication ON publication.product_id = product.id AND publication.channel = %(channel)s
WHERE product.words @@ to_tsquery('english', %(prefix)s) ORDER BY length(product.name), product.name LIMIT %(first)s
"""
MOST_FOR_ATTRIBUTES = 5_000
"""Of more matches the attributes of the best ones are counted: unpacking them all would take seconds."""


class PostgresSearch:
    """Fills `app.ports.SearchEngine`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def search(self, request: SearchRequest, hits_known: HitsKnown) -> Found:
        cursor = request.cursor
        offset = cursor.position if cursor else 0
        asked = {**_parameters(request), "limit": request.first + 1, "offset": offset}
        order = ORDERS[request.sort, request.descending]
        async with self._db.reading() as connection:
            rows = await (
                await connection.execute(HITS + order + TAIL + order + ", id", asked, prepare=False)
            ).fetchall()
            hits_known([row["id"] for row in rows[: request.first]])
            total = (
                await (await connection.execute(TOTAL, asked, prepare=False)).fetchone() if request.want_total else None
            )
            counts = (
                await (await connection.execute(FACETS, asked, prepare=False)).fetchone()
                if request.want_facets
                else None
            )
        hits = tuple(
            FoundHit(
                product_id=row["id"],
                cursor=str(Cursor(engine=ENGINE, sort=request.order, values=(), position=offset + place)),
                highlights=_highlights(row),
            )
            for place, row in enumerate(rows[: request.first], start=1)
        )
        return Found(
            hits=hits,
            has_next_page=len(rows) > request.first,
            total=min(total["total"], COUNTED_UP_TO) if total else None,
            counts=await self._with_numbers(_counts(counts, request), request, asked) if counts else None,
        )

    async def _with_numbers(self, counts: FacetCounts, request: SearchRequest, asked: dict[str, Any]) -> FacetCounts:
        """Which attributes are shown as ranges is known by their counts."""
        keys = range_keys(counts.attributes, request.chosen)
        if not keys:
            return counts
        numbers: dict[str, list[tuple[float, int]]] = {key: [] for key in keys}
        async with self._db.reading() as connection:
            async for row in await connection.execute(NUMBERS, {**asked, "range_keys": keys}, prepare=False):
                numbers[row["key"]].append((row["number"], row["hits"]))
        return replace(counts, numbers=numbers)

    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        words = "".join(character if character.isalnum() else " " for character in prefix).lower().split()
        if not words:
            return []
        asked = {"prefix": " & ".join(f"{word}:*" for word in words), "channel": shop.channel, "first": first}
        async with self._db.reading() as connection:
            rows = await (await connection.execute(SUGGESTIONS, asked)).fetchall()
        return [Suggestion(text=row["name"], product_id=row["id"]) for row in rows]


def _parameters(request: SearchRequest) -> dict[str, Any]:
    chosen = {each.facet: list(each.values) for each in request.chosen if each.values}
    ranges = [price_range(value) for value in chosen.get(PRICE, [])]
    steps = price_steps(request.shop.currency)
    attributes = [_chosen_attribute(facet, values) for facet, values in chosen.items() if facet not in LABELS]
    wanted = [
        {"key": each.key, "options": each.values, "low": each.low, "high": each.high} for each in request.attributes
    ]
    query = request.query.strip().replace("\x00", " ")
    return {
        "query": query,
        "marked": request.want_highlights and bool(query),
        "channel": request.shop.channel,
        "currency": request.shop.currency,
        "locales": list(request.shop.locales),
        "language": search_config(request.shop.locales[0]) if request.shop.locales else "simple",
        "unpublished": request.include_unpublished,
        "category": request.category_id,
        "collection": request.collection_id,
        "brands": list(request.brands) or None,
        "min_price": request.min_price,
        "max_price": request.max_price,
        "available": request.available_for_sale,
        "chosen_brands": chosen.get(BRAND),
        "chosen_categories": chosen.get(CATEGORY),
        "chosen_starts": [low for low, _ in ranges] or None,
        "chosen_ends": [high for _, high in ranges] or None,
        "chosen_stock": [value == IN_STOCK for value in chosen.get(AVAILABILITY, [])] or None,
        "attributes": orjson.dumps(wanted).decode(),
        "chosen_attributes": orjson.dumps(attributes).decode(),
        "starts": [low for low, _ in steps],
        "ends": [high for _, high in steps],
        "longest_value": LONGEST_VALUE,
        "no_choice": sorted(NO_CHOICE),
        "marks": "StartSel=\x02, StopSel=\x03",
        "most_for_attributes": MOST_FOR_ATTRIBUTES,
    }


def _chosen_attribute(key: str, values: list[str]) -> dict[str, Any]:
    bounds = [found for value in values if (found := number_range(value))]
    return {"facet": key, "values": values, "ranges": [{"low": low, "high": high} for low, high in bounds]}


def _highlights(row: DictRow) -> dict[str, str]:
    marked = {field: row[field] for field in ("name", "description") if row[field] and "\x02" in row[field]}
    return {field: html.escape(text).replace("\x02", "<em>").replace("\x03", "</em>") for field, text in marked.items()}


def _counts(row: DictRow, request: SearchRequest) -> FacetCounts:
    steps = len(price_steps(request.shop.currency))
    return FacetCounts(
        brands=tuple((brand, hits) for brand, hits in row["brands"] or ()),
        categories=tuple((category, hits) for category, hits in row["categories"] or ()),
        prices=tuple(row["prices"] or (0,) * steps),
        in_stock=row["in_stock"],
        sold_out=row["sold_out"],
        attributes=tuple((key, value, hits) for key, value, hits in row["attributes"] or ()),
    )
