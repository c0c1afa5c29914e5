-- The invariants of checkout as views: each row is a breach. What catalog keeps (I1 by location) is checked there.

-- I1, our part: an order that keeps stock and one that must not, by what their sagas say.
CREATE VIEW invariant_i1_stock_settled AS
SELECT o.id AS order_id, o.status, s.state, s.step FROM orders o JOIN sagas s ON s.order_id = o.id AND s.definition = 'checkout'
WHERE (o.status = 'REJECTED' AND s.state NOT IN ('COMPENSATED'))
   OR (o.status IN ('CONFIRMED', 'FULFILLED') AND s.state IN ('COMPENSATING', 'COMPENSATED'));

-- I2: a confirmed, uncancelled order with a total has exactly one authorisation that holds, of at least its total.
CREATE VIEW invariant_i2_one_authorization AS
SELECT o.id AS order_id, count(a.id) AS authorizations, coalesce(sum(a.amount), 0) AS authorized, o.total
FROM orders o LEFT JOIN payment_attempts a ON a.order_id = o.id AND a.kind = 'AUTHORIZATION' AND a.outcome = 'SUCCEEDED'
WHERE o.status IN ('CONFIRMED', 'FULFILLED') AND o.total > 0
GROUP BY o.id, o.total HAVING count(a.id) <> 1 OR coalesce(sum(a.amount), 0) < o.total;

-- I3: captured and refunded on the order are what its attempts say, cent-exact.
CREATE VIEW invariant_i3_money AS
SELECT o.id AS order_id, o.captured, o.refunded,
    coalesce(sum(a.amount) FILTER (WHERE a.kind = 'CAPTURE'), 0) AS captured_by_attempts,
    coalesce(sum(a.amount) FILTER (WHERE a.kind = 'REFUND'), 0) AS refunded_by_attempts
FROM orders o LEFT JOIN payment_attempts a ON a.order_id = o.id AND a.outcome = 'SUCCEEDED'
GROUP BY o.id HAVING o.captured <> coalesce(sum(a.amount) FILTER (WHERE a.kind = 'CAPTURE'), 0)
    OR o.refunded <> coalesce(sum(a.amount) FILTER (WHERE a.kind = 'REFUND'), 0);

-- I4: one order per cart that is not rejected; one order per idempotency key is its primary key.
CREATE VIEW invariant_i4_one_order_per_cart AS
SELECT cart_id, count(*) AS orders FROM orders WHERE status <> 'REJECTED' GROUP BY cart_id HAVING count(*) > 1;

-- I5: no money kept on a cancelled or rejected order whose sagas have ended.
CREATE VIEW invariant_i5_no_money_on_dead_orders AS
SELECT o.id AS order_id, o.status, o.captured - o.refunded AS kept FROM orders o
WHERE o.status IN ('CANCELLED', 'REJECTED') AND o.captured > o.refunded
  AND NOT EXISTS (SELECT FROM sagas s WHERE s.order_id = o.id AND s.state IN ('RUNNING', 'PARKED', 'COMPENSATING', 'NEEDS_ATTENTION'));

-- I7: uses of a code are its claims, and within its limit.
CREATE VIEW invariant_i7_code_uses AS
SELECT d.code, d.used_count, d.usage_limit, count(c.order_id) AS claims
FROM discount_codes d LEFT JOIN discount_claims c ON c.code = d.code AND c.released_at IS NULL
GROUP BY d.code, d.used_count, d.usage_limit
HAVING d.used_count <> count(c.order_id);

-- I10: the total is the sum of its parts, frozen at confirmation.
CREATE VIEW invariant_i10_total AS
SELECT o.id AS order_id, o.total, o.subtotal, sum(l.unit_price * l.quantity) AS lines
FROM orders o JOIN order_lines l ON l.order_id = o.id
WHERE o.status IN ('CONFIRMED', 'FULFILLED', 'CANCELLED')
GROUP BY o.id HAVING o.subtotal <> coalesce(sum(l.unit_price * l.quantity), -1)
    OR o.total <> o.subtotal - o.discount + o.shipping + o.tax;

-- I11: an order's events are numbered 1, 2, 3 … up to its own sequence.
CREATE VIEW invariant_i11_event_sequence AS
SELECT o.id AS order_id, o.sequence, count(e.sequence) AS events, max(e.sequence) AS last
FROM orders o LEFT JOIN order_events e ON e.order_id = o.id
GROUP BY o.id HAVING count(e.sequence) <> o.sequence OR coalesce(max(e.sequence), 0) <> o.sequence;

-- I12: sagas that are neither ended nor flagged, with their age; a breach once older than what the reader allows.
CREATE VIEW invariant_i12_unfinished_sagas AS
SELECT id AS saga_id, order_id, definition, state, step, attempts, last_error, now() - created_at AS age
FROM sagas WHERE state IN ('RUNNING', 'PARKED', 'COMPENSATING');
