-- Limits of discount codes by customer, parcels and returns of orders, what operators did, and the rest of the invariants.

ALTER TABLE discount_codes
    ADD COLUMN customer_limit integer CHECK (customer_limit > 0),
    ADD COLUMN exclusive boolean NOT NULL DEFAULT false;
CREATE INDEX discount_claims_held ON discount_claims (code) WHERE released_at IS NULL;

ALTER TABLE orders
    -- [{id, lines: [[line id, quantity]], tracking_number, shipped_at, delivered_at}]
    ADD COLUMN fulfillments jsonb NOT NULL DEFAULT '[]',
    -- {line id: quantity}
    ADD COLUMN returned jsonb NOT NULL DEFAULT '{}';

-- Who did what to a saga, when and why. Never changed, never deleted.
CREATE TABLE operator_actions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    saga_id text NOT NULL REFERENCES sagas,
    order_id text NOT NULL,
    actor_id text NOT NULL,
    action text NOT NULL CHECK (action IN ('RETRY', 'RESOLVE', 'CANCEL')),
    reason text NOT NULL,
    -- The saga's, before the action.
    state text NOT NULL,
    step text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX operator_actions_of_saga ON operator_actions (saga_id, id);

-- I1, our part, once more: a closed order's saga has ended too.
CREATE OR REPLACE VIEW invariant_i1_stock_settled AS
SELECT o.id AS order_id, o.status, s.state, s.step FROM orders o JOIN sagas s ON s.order_id = o.id AND s.definition = 'checkout'
WHERE (o.status = 'REJECTED' AND s.state NOT IN ('COMPENSATED'))
   OR (o.status IN ('CONFIRMED', 'FULFILLED', 'CANCELLED', 'CLOSED') AND s.state IN ('COMPENSATING', 'COMPENSATED'))
   OR (o.status = 'PENDING' AND s.state IN ('DONE', 'COMPENSATED'));

-- I5: no money kept on a dead order whose sagas have ended.
CREATE OR REPLACE VIEW invariant_i5_no_money_on_dead_orders AS
SELECT o.id AS order_id, o.status, o.captured - o.refunded AS kept FROM orders o
WHERE o.status IN ('CANCELLED', 'REJECTED', 'CLOSED') AND o.captured > o.refunded
  AND NOT EXISTS (SELECT FROM sagas s WHERE s.order_id = o.id AND s.state IN ('RUNNING', 'PARKED', 'COMPENSATING', 'NEEDS_ATTENTION'));

-- I7: uses of a code are its claims, within its limit and, when it has one, within each customer's.
CREATE OR REPLACE VIEW invariant_i7_code_uses AS
SELECT d.code, d.used_count, d.usage_limit, count(c.order_id) AS claims
FROM discount_codes d LEFT JOIN discount_claims c ON c.code = d.code AND c.released_at IS NULL
GROUP BY d.code, d.used_count, d.usage_limit
HAVING d.used_count <> count(c.order_id) OR d.used_count > coalesce(d.usage_limit, d.used_count)
UNION ALL
SELECT d.code, d.used_count, d.customer_limit, count(*)
FROM discount_codes d JOIN discount_claims c ON c.code = d.code AND c.released_at IS NULL
WHERE d.customer_limit IS NOT NULL
GROUP BY d.code, d.used_count, d.customer_limit, c.buyer_id HAVING count(*) > d.customer_limit;

-- I8: an acknowledged order can be read: every idempotency key leads to one.
CREATE VIEW invariant_i8_acknowledged_orders AS
SELECT k.scope, k.mutation, k.order_id FROM idempotency_keys k LEFT JOIN orders o ON o.id = k.order_id
WHERE o.id IS NULL AND k.order_id <> '';

-- I9: every event of an order is announced once; what was sent long ago is pruned from the outbox, in order.
CREATE VIEW invariant_i9_announcements AS
SELECT e.order_id, e.sequence, count(b.id) AS announcements
FROM order_events e LEFT JOIN outbox b ON b.aggregate_id = e.order_id AND b.sequence = e.sequence
WHERE e.created_at > now() - interval '1 hour'
GROUP BY e.order_id, e.sequence HAVING count(b.id) <> 1;
