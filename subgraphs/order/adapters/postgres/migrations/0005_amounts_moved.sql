-- A provider may take or pay back another amount than was asked: it is kept beside it, and the order tells it.

ALTER TABLE payment_attempts
    -- Minor units really taken or paid back, where the provider told another amount than `amount`.
    ADD COLUMN moved bigint CHECK (moved >= 0);

ALTER TABLE orders DROP CONSTRAINT orders_payment_status_check;
ALTER TABLE orders ADD CONSTRAINT orders_payment_status_check CHECK (payment_status IN
    ('PENDING', 'ACTION_REQUIRED', 'AUTHORIZED', 'PARTIALLY_PAID', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'VOIDED'));

-- Refunds on their way learn their currency, without which an amount cannot be told to every provider.
UPDATE sagas s SET payload = s.payload || jsonb_build_object('currency', o.currency)
FROM orders o WHERE o.id = s.order_id AND s.definition = 'refund' AND NOT s.payload ? 'currency';

-- I3: captured and refunded on the order are what its attempts moved, cent-exact.
CREATE OR REPLACE VIEW invariant_i3_money AS
SELECT o.id AS order_id, o.captured, o.refunded,
    coalesce(sum(coalesce(a.moved, a.amount)) FILTER (WHERE a.kind = 'CAPTURE'), 0) AS captured_by_attempts,
    coalesce(sum(coalesce(a.moved, a.amount)) FILTER (WHERE a.kind = 'REFUND'), 0) AS refunded_by_attempts
FROM orders o LEFT JOIN payment_attempts a ON a.order_id = o.id AND a.outcome = 'SUCCEEDED'
GROUP BY o.id HAVING o.captured <> coalesce(sum(coalesce(a.moved, a.amount)) FILTER (WHERE a.kind = 'CAPTURE'), 0)
    OR o.refunded <> coalesce(sum(coalesce(a.moved, a.amount)) FILTER (WHERE a.kind = 'REFUND'), 0);
