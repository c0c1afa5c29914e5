-- The ledger by SKU, location, order, kind and time, newest first. The time is taken when the entry is written, under the
-- lock of its stock, so the entries of a SKU are in the order of their times.
ALTER TABLE stock_ledger ALTER COLUMN created_at SET DEFAULT clock_timestamp();
DROP INDEX stock_ledger_by_sku;
CREATE INDEX stock_ledger_by_sku ON stock_ledger (sku, created_at DESC, id DESC);
CREATE INDEX stock_ledger_by_location ON stock_ledger (location, created_at DESC, id DESC);
CREATE INDEX stock_ledger_by_time ON stock_ledger (created_at DESC, id DESC);
CREATE INDEX stock_ledger_by_order ON stock_ledger (order_id) WHERE order_id IS NOT NULL;
-- What no order does every time is found among the millions that every order does.
CREATE INDEX stock_ledger_seldom ON stock_ledger (created_at DESC, id DESC)
    WHERE kind NOT IN ('reserved', 'secured', 'sold', 'released');
