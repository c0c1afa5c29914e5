"""The SQL of prices. `prices.minor_units` is what holds now; who changes what it follows from brings it up to date."""

from typing import LiteralString

REGULAR = """
INSERT INTO prices (variant_id, channel, currency, minor_units, compare_at_minor_units,
                    regular_minor_units, regular_compare_at_minor_units)
SELECT row.variant_id, %s, row.currency, row.minor_units, row.compare_at, row.minor_units, row.compare_at
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS row (variant_id, currency, minor_units, compare_at)
ON CONFLICT (variant_id, channel, currency) DO UPDATE
SET minor_units = excluded.minor_units, compare_at_minor_units = excluded.compare_at_minor_units,
    regular_minor_units = excluded.regular_minor_units, with_product = true,
    regular_compare_at_minor_units = excluded.regular_compare_at_minor_units
"""
# A product that is written in another currency is no longer sold in the one before. What a price list says stays.
OTHER_CURRENCIES = """
DELETE FROM prices USING unnest(%s::text[], %s::text[]) AS kept (variant_id, currency)
WHERE prices.variant_id = kept.variant_id AND prices.channel = %s AND prices.currency <> kept.currency
  AND prices.with_product
"""
CLEAR = """
DELETE FROM prices USING unnest(%s::text[], %s::text[]) AS cleared (variant_id, channel)
WHERE prices.variant_id = cleared.variant_id AND prices.channel = cleared.channel
"""
LISTED = """
INSERT INTO prices (variant_id, channel, currency, regular_minor_units, regular_compare_at_minor_units, with_product)
SELECT row.variant_id, row.channel, row.currency, max(row.minor_units) FILTER (WHERE row.regular),
       max(row.compare_at) FILTER (WHERE row.regular), false
FROM jsonb_to_recordset(%s::jsonb) AS row (variant_id text, channel text, currency text, regular boolean,
                                           minor_units bigint, compare_at bigint)
GROUP BY row.variant_id, row.channel, row.currency
"""
PLANNED = """
INSERT INTO planned_prices (variant_id, channel, currency, valid_from, valid_until, minor_units, compare_at_minor_units)
SELECT variant_id, channel, currency, coalesce(valid_from, '-infinity'), coalesce(valid_until, 'infinity'),
       minor_units, compare_at
FROM jsonb_to_recordset(%s::jsonb) AS row (variant_id text, channel text, currency text, regular boolean,
    minor_units bigint, compare_at bigint, valid_from timestamptz, valid_until timestamptz)
WHERE NOT regular
"""
_SETTLE: LiteralString = """
UPDATE prices SET minor_units = settled.minor_units, compare_at_minor_units = settled.compare_at,
                  changes_at = settled.changes_at
FROM (
    SELECT price.variant_id, price.channel, price.currency, price.minor_units AS before,
           CASE WHEN planned.minor_units IS NULL THEN price.regular_minor_units
                ELSE planned.minor_units END AS minor_units,
           CASE WHEN planned.minor_units IS NULL THEN price.regular_compare_at_minor_units
                ELSE planned.compare_at_minor_units END AS compare_at,
           (SELECT min(CASE WHEN later.valid_from > %(moment)s THEN later.valid_from ELSE later.valid_until END)
            FROM planned_prices AS later
            WHERE (later.variant_id, later.channel, later.currency) = (price.variant_id, price.channel, price.currency)
              AND later.valid_until > %(moment)s) AS changes_at
    FROM prices AS price LEFT JOIN planned_prices AS planned
      ON (planned.variant_id, planned.channel, planned.currency) = (price.variant_id, price.channel, price.currency)
     AND planned.valid_from <= %(moment)s AND %(moment)s < planned.valid_until
    WHERE """
_SETTLED: LiteralString = """
) AS settled
WHERE (prices.variant_id, prices.channel, prices.currency) = (settled.variant_id, settled.channel, settled.currency)
RETURNING prices.variant_id, prices.channel, prices.currency, settled.before, prices.minor_units,
          (SELECT product_id FROM variants WHERE id = prices.variant_id) AS product_id
"""
SETTLE_LISTED = _SETTLE + "price.variant_id = ANY(%(variant_ids)s) AND NOT price.with_product" + _SETTLED
SETTLE_DUE = (
    _SETTLE  # noqa: S608
    + "price.changes_at <= %(moment)s"
    + " AND price.variant_id IN (SELECT id FROM variants WHERE product_id = ANY(%(product_ids)s))"
    + _SETTLED
)
# Those that have planned prices too: what was written with the product may not be what holds now.
SETTLE_REGULAR = (
    _SETTLE
    + "price.variant_id = ANY(%(variant_ids)s) AND EXISTS (SELECT FROM planned_prices AS any_planned"
    + " WHERE any_planned.variant_id = price.variant_id)"
    + _SETTLED
)
WITH_PRODUCT = "SELECT variant_id, currency FROM prices WHERE variant_id = ANY(%s) AND channel = %s AND with_product"
CAME_WITH_PRODUCT = """
UPDATE prices SET with_product = true FROM unnest(%s::text[], %s::text[]) AS came (variant_id, currency)
WHERE prices.variant_id = came.variant_id AND prices.currency = came.currency AND channel = %s
"""
NEXT_CHANGE = "SELECT min(changes_at) AS at FROM prices WHERE changes_at < 'infinity'"
LOCK_DUE = """
SELECT id FROM products WHERE id IN (
    SELECT product_id FROM variants WHERE id = ANY(ARRAY(
        SELECT variant_id FROM prices WHERE changes_at <= %s ORDER BY changes_at LIMIT %s)))
ORDER BY id FOR UPDATE SKIP LOCKED
"""
LOCK_PRICED = """
SELECT variant.id AS variant_id, variant.sku, product.id, product.version
FROM variants AS variant JOIN products AS product ON product.id = variant.product_id
WHERE variant.sku = ANY(%s) AND variant.active AND product.archived_at IS NULL
ORDER BY product.id FOR UPDATE OF product
"""
# The content last written no longer tells what the product is: the next import writes its price again.
TOUCH = """
UPDATE products SET version = version + 1, updated_at = now(),
                    fingerprint = CASE WHEN %s THEN ''::bytea ELSE fingerprint END
WHERE id = ANY(%s)
RETURNING id, version, EXISTS (SELECT FROM publications WHERE product_id = products.id) AS published
"""
LISTS = """
SELECT variant_id, channel, currency, regular_minor_units AS minor_units,
       regular_compare_at_minor_units AS compare_at, NULL::timestamptz AS valid_from, NULL::timestamptz AS valid_until,
       0 AS place
FROM prices WHERE variant_id = ANY(%(ids)s) AND regular_minor_units IS NOT NULL
UNION ALL
SELECT variant_id, channel, currency, minor_units, compare_at_minor_units, nullif(valid_from, '-infinity'),
       nullif(valid_until, 'infinity'), row_number() OVER (ORDER BY valid_from)
FROM planned_prices WHERE variant_id = ANY(%(ids)s)
ORDER BY variant_id, channel, currency, place
"""
