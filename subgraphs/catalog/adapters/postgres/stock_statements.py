"""The SQL that moves stock. Sets go as one JSON parameter; rows are locked by their keys."""

NEW = """
INSERT INTO reservations (id, order_id, state, expires_at)
SELECT asked.id, asked.order_id, 'RESERVED', now() + make_interval(secs => asked.ttl)
FROM jsonb_to_recordset(%s::jsonb) AS asked (id text, order_id text, ttl int) ORDER BY asked.id
ON CONFLICT (id) DO NOTHING
RETURNING id, 'RESERVED' AS state, shortages, expires_at
"""
TOMBSTONES = """
INSERT INTO reservations (id, state, expires_at) SELECT asked.id, 'RELEASED', now()
FROM unnest(%s::text[]) AS asked (id) ORDER BY asked.id
ON CONFLICT (id) DO NOTHING
"""
FOUND = "SELECT id, state, shortages, expires_at FROM reservations WHERE id = ANY(%s)"
LOCK_RESERVATIONS = """
SELECT id, order_id, state, shortages, expires_at, expires_at <= now() AS late
FROM reservations WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""
NEXT_OVERDUE = """
SELECT extract(epoch FROM min(expires_at) - now())::float8 AS seconds FROM reservations WHERE state = 'RESERVED'
"""
LOCK_OVERDUE = """
SELECT id, order_id, state, shortages, expires_at, true AS late FROM reservations
WHERE state = 'RESERVED' AND expires_at <= now() ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
LOCK_FOR_SALE = """
SELECT stock.sku, stock.location, stock.available, place.priority FROM stock
JOIN stock_locations AS place ON place.id = stock.location
JOIN variants AS variant ON variant.sku = stock.sku AND variant.active
WHERE stock.sku = ANY(%s) AND stock.active
  AND EXISTS (SELECT FROM publications WHERE product_id = variant.product_id)
ORDER BY stock.sku, stock.location FOR UPDATE OF stock
"""
# With all rows of their SKUs: who changes what is free holds all of them, so that their sum is true.
LOCK_LINES = """
SELECT line.reservation_id, line.sku, line.location, line.quantity, line.location = stock.location AS here
FROM reservation_lines AS line JOIN stock ON stock.sku = line.sku
WHERE line.reservation_id = ANY(%s) ORDER BY stock.sku, stock.location FOR UPDATE OF stock
"""
LOCK_STOCK = """
SELECT sku, location, available, reserved, secured, sold FROM stock WHERE sku = ANY(%s)
ORDER BY sku, location FOR UPDATE
"""
# The condition and the CHECKs refuse an oversell even where a lock was forgotten.
APPLY = """
UPDATE stock SET available = stock.available + delta.available, reserved = stock.reserved + delta.reserved,
                 secured = stock.secured + delta.secured, sold = stock.sold + delta.sold
FROM jsonb_to_recordset(%s::jsonb)
     AS delta (sku text, location text, available int, reserved int, secured int, sold int)
WHERE stock.sku = delta.sku AND stock.location = delta.location AND stock.available + delta.available >= 0
RETURNING stock.sku, CASE WHEN stock.active THEN delta.available ELSE 0 END AS change
"""
FREE = """
SELECT stock.sku, least(coalesce(sum(stock.available) FILTER (WHERE stock.active), 0), 2147483647)::int AS available,
       alert.threshold, coalesce(alert.version, 0) AS version
FROM stock LEFT JOIN stock_alerts AS alert ON alert.sku = stock.sku
WHERE stock.sku = ANY(%s) GROUP BY stock.sku, alert.threshold, alert.version
"""
TOLD = """
INSERT INTO stock_alerts (sku, told) SELECT sku, told FROM jsonb_to_recordset(%s::jsonb) AS news (sku text, told bigint)
ORDER BY sku ON CONFLICT (sku) DO UPDATE SET told = stock_alerts.told + excluded.told
RETURNING sku, told, (SELECT product_id FROM variants WHERE variants.sku = stock_alerts.sku) AS product_id
"""
RECORD = """
INSERT INTO stock_ledger (sku, location, kind, available_delta, reserved_delta, secured_delta, sold_delta,
                          reservation_id, order_id, reason)
SELECT sku, location, kind, available, reserved, secured, sold, reservation_id, order_id, reason
FROM jsonb_to_recordset(%s::jsonb) AS moved (sku text, location text, kind text, available int, reserved int,
     secured int, sold int, reservation_id text, order_id text, reason text)
"""
LINES = """
INSERT INTO reservation_lines (reservation_id, sku, location, quantity)
SELECT reservation_id, sku, location, quantity
FROM jsonb_to_recordset(%s::jsonb) AS line (reservation_id text, sku text, location text, quantity int)
"""
REFUSE = """
UPDATE reservations SET state = 'REFUSED_SHORT', shortages = refused.shortages, changed_at = now()
FROM jsonb_to_recordset(%s::jsonb) AS refused (id text, shortages jsonb) WHERE reservations.id = refused.id
"""
SET_STATE = "UPDATE reservations SET state = %s, changed_at = now() WHERE id = ANY(%s)"
NEW_STOCK = """
WITH place AS (
    SELECT id, active FROM stock_locations WHERE id = ANY(%(locations)s) ORDER BY id FOR SHARE
)
INSERT INTO stock (sku, location, active)
SELECT variant.sku, place.id, place.active
FROM (
    SELECT DISTINCT sku, location FROM jsonb_to_recordset(%(asked)s::jsonb) AS line (sku text, location text)
) AS asked
JOIN variants AS variant ON variant.sku = asked.sku JOIN place ON place.id = asked.location
ORDER BY variant.sku, place.id ON CONFLICT DO NOTHING
"""
FLIPPED = """
WITH flipped AS (
    SELECT product.id FROM products AS product
    WHERE product.id IN (SELECT product_id FROM variants WHERE sku = ANY(%(skus)s)) ORDER BY product.id FOR UPDATE
), bumped AS (
    UPDATE products SET version = version + 1, updated_at = now()
    WHERE id IN (SELECT id FROM flipped) RETURNING id, version
)
SELECT variant.sku, bumped.id, bumped.version,
       EXISTS (SELECT FROM publications WHERE product_id = bumped.id) AS published
FROM bumped JOIN variants AS variant ON variant.product_id = bumped.id AND variant.sku = ANY(%(skus)s)
"""
