"""The SQL of stock, its reservations and its ledger. Sets go as one JSON parameter; rows are locked by their keys."""

LEVELS = """
SELECT variant.sku, coalesce(stock.location, 'default') AS location, coalesce(available, 0) AS available,
       coalesce(reserved, 0) AS reserved, coalesce(secured, 0) AS secured, coalesce(sold, 0) AS sold
FROM variants AS variant LEFT JOIN stock ON stock.sku = variant.sku
WHERE variant.sku = ANY(%s)
"""
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
LOCK_OVERDUE = """
SELECT id, order_id, state, shortages, expires_at, true AS late FROM reservations
WHERE state = 'RESERVED' AND expires_at <= now() ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
"""
LOCK_FOR_SALE = """
SELECT stock.sku, stock.available FROM stock
JOIN variants AS variant ON variant.sku = stock.sku AND variant.active
WHERE stock.sku = ANY(%s) AND stock.location = %s
  AND EXISTS (SELECT FROM publications WHERE product_id = variant.product_id)
ORDER BY stock.sku, stock.location FOR UPDATE OF stock
"""
LOCK_LINES = """
SELECT line.reservation_id, line.sku, line.location, line.quantity
FROM reservation_lines AS line JOIN stock USING (sku, location)
WHERE line.reservation_id = ANY(%s) ORDER BY line.sku, line.location FOR UPDATE OF stock
"""
LOCK_STOCK = """
SELECT sku, available FROM stock WHERE sku = ANY(%s) AND location = %s ORDER BY sku, location FOR UPDATE
"""
# The condition and the CHECKs refuse an oversell even where a lock was forgotten.
APPLY = """
UPDATE stock SET available = stock.available + delta.available, reserved = stock.reserved + delta.reserved,
                 secured = stock.secured + delta.secured, sold = stock.sold + delta.sold
FROM jsonb_to_recordset(%s::jsonb)
     AS delta (sku text, location text, available int, reserved int, secured int, sold int)
WHERE stock.sku = delta.sku AND stock.location = delta.location AND stock.available + delta.available >= 0
RETURNING stock.sku, stock.location, stock.available, stock.available - delta.available AS before
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
INSERT INTO stock (sku, location) SELECT sku, %s FROM variants WHERE sku = ANY(%s) ORDER BY sku ON CONFLICT DO NOTHING
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
LEDGER = """
SELECT id, sku, kind, available_delta, reserved_delta, secured_delta, sold_delta, reservation_id, order_id, created_at
FROM stock_ledger WHERE sku = %s AND id < %s ORDER BY id DESC LIMIT %s
"""
