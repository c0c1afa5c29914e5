-- What each line of an order bears of its discounts and taxes, and which taxes these are.
-- delivery_methods is still read by the release before this one; a later migration drops it.

ALTER TABLE order_lines
    ADD COLUMN discount bigint NOT NULL DEFAULT 0 CHECK (discount >= 0),
    -- Whether the price contains it or not: tax_lines say so.
    ADD COLUMN tax bigint NOT NULL DEFAULT 0 CHECK (tax >= 0);
-- [{name, rate, base, amount, included}]; the rate in millionths.
ALTER TABLE orders ADD COLUMN tax_lines jsonb NOT NULL DEFAULT '[]';

-- Orders from before: their sums are split over their lines, to the minor unit.
WITH priced AS (
    SELECT l.order_id, l.id, o.discount, o.subtotal, l.unit_price * l.quantity::numeric AS cost,
        sum(l.unit_price * l.quantity::numeric) OVER (PARTITION BY l.order_id ORDER BY l.position) AS upto
    FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE o.discount > 0 AND o.subtotal > 0 AND l.unit_price IS NOT NULL
)
UPDATE order_lines l SET discount = round(p.discount * p.upto / p.subtotal) - round(p.discount * (p.upto - p.cost) / p.subtotal)
FROM priced p WHERE p.order_id = l.order_id AND p.id = l.id;
UPDATE orders SET tax_lines = jsonb_build_array(jsonb_build_object(
    'name', 'Tax', 'rate', round(tax * 1000000.0 / (subtotal - discount + shipping)),
    'base', subtotal - discount + shipping, 'amount', tax, 'included', false))
WHERE tax > 0;
WITH taxed AS (
    SELECT l.order_id, l.id, l.unit_price * l.quantity::numeric - l.discount AS cost,
        round(o.tax * (o.subtotal - o.discount)::numeric / (o.subtotal - o.discount + o.shipping)) AS tax,
        o.subtotal - o.discount AS goods,
        sum(l.unit_price * l.quantity::numeric - l.discount) OVER (PARTITION BY l.order_id ORDER BY l.position) AS upto
    FROM order_lines l JOIN orders o ON o.id = l.order_id
    WHERE o.tax > 0 AND o.subtotal > o.discount AND l.unit_price IS NOT NULL
)
UPDATE order_lines l SET tax = round(t.tax * t.upto / t.goods) - round(t.tax * (t.upto - t.cost) / t.goods)
FROM taxed t WHERE t.order_id = l.order_id AND t.id = l.id;

-- I10: the total is the sum of its parts, to the minor unit, and each part is split over the lines without a remainder.
CREATE OR REPLACE VIEW invariant_i10_total AS
SELECT o.id AS order_id, o.total, o.subtotal, sum(l.unit_price * l.quantity) AS lines
FROM orders o JOIN order_lines l ON l.order_id = o.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum((t ->> 'amount')::bigint), 0) AS amount,
        coalesce(sum((t ->> 'amount')::bigint) FILTER (WHERE NOT (t ->> 'included')::boolean), 0) AS added
    FROM jsonb_array_elements(o.tax_lines) AS t
) AS taxes
WHERE o.status IN ('CONFIRMED', 'FULFILLED', 'CANCELLED')
GROUP BY o.id, taxes.amount, taxes.added
HAVING o.subtotal <> coalesce(sum(l.unit_price * l.quantity), -1)
    OR o.total <> o.subtotal - o.discount + o.shipping + o.tax
    OR o.discount <> sum(l.discount)
    OR bool_or(l.discount > l.unit_price * l.quantity)
    OR o.tax <> taxes.added
    OR sum(l.tax) > taxes.amount;
