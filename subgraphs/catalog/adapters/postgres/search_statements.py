"""What a search asks the database."""

from typing import LiteralString

from subgraphs.catalog.domain.search import SortField

MOST_FOR_ATTRIBUTES = 5_000
"""Of more matches the attributes of the best ones are counted: unpacking them all would take seconds."""

# `misses` names the facets whose choice a product does not meet: a hit misses none, a facet counts what misses only it.
MATCHES = """
WITH strict AS (SELECT plainto_tsquery('english', %(query)s) AS wanted),
asked AS (
    SELECT CASE WHEN EXISTS (SELECT FROM products WHERE words @@ (SELECT wanted FROM strict)) THEN wanted
                ELSE replace(plainto_tsquery('english', %(query)s)::text, '&', '|')::tsquery END AS wanted
    FROM strict
),
hidden AS MATERIALIZED (SELECT key FROM attribute_definitions WHERE NOT facetable),
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
                   WHERE attribute.key = chosen ->> 'facet' AND attribute.key NOT IN (SELECT key FROM hidden)
                     AND (chosen -> 'values' ? attribute.value OR EXISTS (
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
              WHERE attribute.key = wanted.key AND attribute.key NOT IN (SELECT key FROM hidden) AND CASE
                    WHEN wanted.options <> '[]' THEN wanted.options ? attribute.value
                    ELSE attribute.number BETWEEN coalesce(low, '-infinity') AND coalesce(high, 'infinity') END)))
)
"""
TOTAL = MATCHES + "SELECT count(*)::int AS total FROM matches WHERE misses = '{}'"  # noqa: S608
FACETS = (
    MATCHES  # noqa: S608
    + """
SELECT
    (SELECT jsonb_agg(jsonb_build_array(brand, hits)) FROM (
        SELECT brand, count(*) AS hits FROM matches WHERE misses <@ '{brand}' AND brand IS NOT NULL GROUP BY brand
        ORDER BY brand = ANY (coalesce(%(chosen_brands)s::text[], '{}')) DESC, hits DESC, brand
        LIMIT 100 + cardinality(coalesce(%(chosen_brands)s::text[], '{}'))) AS counted) AS brands,
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
    (SELECT jsonb_agg(jsonb_build_array(key, value, hits)) FROM (
        SELECT key, value, count(*) AS hits, coalesce(%(chosen_values)s::jsonb -> key ? value, false) AS chosen FROM (
            SELECT DISTINCT best.id, attribute.key, attribute.value
            FROM (SELECT id, attributes, misses FROM matches
                  ORDER BY score DESC, id LIMIT %(most_for_attributes)s) AS best
            CROSS JOIN LATERAL jsonb_to_recordset(attributes) AS attribute (key text, value text)
            WHERE misses <@ ARRAY[attribute.key] AND attribute.key NOT IN (SELECT key FROM hidden)
              AND (length(attribute.value) BETWEEN 1 AND %(longest_value)s
                   AND lower(attribute.value) <> ALL (%(no_choice)s)
                   OR %(chosen_values)s::jsonb -> attribute.key ? attribute.value)) AS facts
        GROUP BY key, value ORDER BY chosen DESC, hits DESC, key, value LIMIT 300) AS counted) AS attributes
"""
)
NUMBERS = (
    MATCHES  # noqa: S608
    + """
SELECT attribute.key, attribute.number, count(DISTINCT matches.id)::int AS hits FROM matches
CROSS JOIN LATERAL jsonb_to_recordset(attributes) AS attribute (key text, number float8)
WHERE misses <@ ARRAY[attribute.key] AND attribute.key = ANY (%(range_keys)s) AND attribute.number IS NOT NULL
  AND attribute.key NOT IN (SELECT key FROM hidden)
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
# As the engine's normalizer writes it: in the shop's language, without case, Latin letters without their accents.
SORTABLE_NAME: LiteralString = r"""
normalize(regexp_replace(normalize(replace(replace(replace(translate(lower(coalesce((
    SELECT fields ->> 'name' FROM translations
    WHERE kind = 'product' AND entity_id = id AND locale = ANY (%(locales)s::text[]) AND fields ->> 'name' <> ''
    ORDER BY array_position(%(locales)s::text[], locale) LIMIT 1
), name)), 'øłđı', 'oldi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFD), '([a-z])[\u0300-\u036f]+', '\1', 'g'), NFC)
"""
ORDERS: dict[tuple[SortField, bool], LiteralString] = {
    (SortField.RELEVANCE, False): "score DESC",
    (SortField.RELEVANCE, True): "score DESC",
    (SortField.PRICE, False): "lowest ASC NULLS LAST",
    (SortField.PRICE, True): "lowest DESC NULLS LAST",
    (SortField.NAME, False): SORTABLE_NAME + " ASC",
    (SortField.NAME, True): SORTABLE_NAME + " DESC",
    (SortField.CREATED_AT, False): "created_at ASC",
    (SortField.CREATED_AT, True): "created_at DESC",
}
