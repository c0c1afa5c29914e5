-- The rows of one paid order of two lines, as bare SQL: what checkout costs when nothing but the writes is left.
-- For pgbench, on the database that `infra/bench/reference.py` makes (schemas `ordering` and `catalog`, 1,000 carts,
-- 1,000 SKUs). A test compares the rows it writes with those of one real order.
\set n random(1, 9000000000000000000)
\set cart random(1, 1000)
\set first random(1, 500)
\set second random(501, 1000)
BEGIN;
UPDATE ordering.carts SET order_id = 'ord_' || :n, version = version + 1, updated_at = now() WHERE id = 'crt_' || :cart;
INSERT INTO ordering.idempotency_keys (scope, mutation, key, arguments, order_id)
VALUES ('cart:reference', 'checkoutComplete', 'key_' || :n, md5(:n::text), 'ord_' || :n);
INSERT INTO ordering.orders (id, number, buyer_id, cart_id, email, status, payment_status, channel, currency, subtotal,
    discount, shipping, tax, total, captured, address, delivery_code, delivery_name, sequence, version, created_at,
    updated_at)
VALUES ('ord_' || :n, 'E-' || :n, 'byr_' || :n, 'crt_' || :n, 'bench@emporium.example', 'CONFIRMED', 'PAID', 'web',
    'USD', 5000, 0, 490, 0, 5490, 5490, '{"line1": "12 St James''s Square", "city": "London"}', 'standard', 'Standard',
    4, 4, now(), now());
INSERT INTO ordering.order_lines (order_id, id, buyer_id, sku, variant_id, product_id, name, quantity, unit_price,
    position)
VALUES ('ord_' || :n, 'oln_1', 'byr_' || :n, 'SKU-' || :first, 'var_1', 'prd_1', 'First', 1, 2500, 0),
    ('ord_' || :n, 'oln_2', 'byr_' || :n, 'SKU-' || :second, 'var_2', 'prd_2', 'Second', 1, 2500, 1);
INSERT INTO ordering.order_events (order_id, buyer_id, sequence, type, status, payment_status, message, created_at)
SELECT 'ord_' || :n, 'byr_' || :n, sequence, 'order.moved', 'CONFIRMED', 'PAID', 'It moved', now()
FROM generate_series(1, 4) AS sequence;
INSERT INTO ordering.outbox (event_id, topic, aggregate_id, sequence, shard, type, payload)
SELECT 'evt_' || :n || '_' || sequence, 'emporium.order.events.v1', 'ord_' || :n, sequence, 1,
    'emporium.events.v1.OrderChanged', '\x00' FROM generate_series(1, 4) AS sequence;
INSERT INTO ordering.payment_attempts (id, order_id, buyer_id, kind, amount, currency, provider, outcome, reference,
    resolved_at)
VALUES ('pay_1_' || :n, 'ord_' || :n, 'byr_' || :n, 'AUTHORIZATION', 5490, 'USD', 'sandbox', 'SUCCEEDED', 'pi_' || :n,
    now()), ('pay_2_' || :n, 'ord_' || :n, 'byr_' || :n, 'CAPTURE', 5490, 'USD', 'sandbox', 'SUCCEEDED', 'pi_' || :n,
    now());
INSERT INTO ordering.sagas (id, definition, version, order_id, buyer_id, state, step, epoch, due_at, payload)
VALUES ('sag_' || :n, 'checkout', 1, 'ord_' || :n, 'byr_' || :n, 'DONE', 'commit_stock', 1, now(), '{}');
INSERT INTO ordering.webhook_events (provider, event_id, type, body, processed_at)
VALUES ('sandbox', 'evt_1_' || :n, 'payment_intent.amount_capturable_updated', '\x00', now()),
    ('sandbox', 'evt_2_' || :n, 'payment_intent.succeeded', '\x00', now());
INSERT INTO catalog.reservations (id, order_id, state, expires_at)
VALUES ('rsv_' || :n, 'ord_' || :n, 'SOLD', now());
INSERT INTO catalog.reservation_lines (reservation_id, sku, quantity)
VALUES ('rsv_' || :n, 'SKU-' || :first, 1), ('rsv_' || :n, 'SKU-' || :second, 1);
UPDATE catalog.stock SET available = available - 1, sold = sold + 1 WHERE sku = 'SKU-' || :first;
UPDATE catalog.stock SET available = available - 1, sold = sold + 1 WHERE sku = 'SKU-' || :second;
INSERT INTO catalog.stock_ledger (sku, kind, available_delta, sold_delta, reservation_id, order_id)
SELECT 'SKU-' || sku, kind, 0, 0, 'rsv_' || :n, 'ord_' || :n
FROM unnest(ARRAY[:first, :second]) AS sku, unnest(ARRAY['reserved', 'secured', 'sold']) AS kind;
COMMIT;
