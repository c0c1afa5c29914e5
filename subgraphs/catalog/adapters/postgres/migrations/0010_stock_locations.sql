-- Places that hold stock. The first one is where units go when nobody names another; it stays open.
CREATE TABLE stock_locations (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    address    jsonb,
    priority   integer NOT NULL DEFAULT 0,          -- the greatest is served first
    active     boolean NOT NULL DEFAULT true,
    settled    boolean NOT NULL DEFAULT true,       -- false while `stock.active` does not follow `active` everywhere
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (active OR id <> 'default')
);
INSERT INTO stock_locations (id, name) VALUES ('default', 'Default');
INSERT INTO stock_locations (id, name) SELECT DISTINCT location, location FROM stock WHERE location <> 'default';

-- Its location's, kept on the row: whoever has locked the row knows whether its units are for sale.
ALTER TABLE stock ADD COLUMN active boolean NOT NULL DEFAULT true;
ALTER TABLE stock ADD FOREIGN KEY (location) REFERENCES stock_locations (id);
CREATE INDEX stock_by_location ON stock (location, sku);

-- When a SKU is low, where it has a threshold of its own, and how many events told of it.
CREATE TABLE stock_alerts (
    sku       text PRIMARY KEY REFERENCES variants (sku),
    threshold integer CHECK (threshold >= 0),       -- null: the default of the settings
    told      bigint NOT NULL DEFAULT 0
);

-- Rows whose held and sold units are not those of their reservations; empty in a sound system.
CREATE VIEW unheld_stock AS
SELECT stock.sku, stock.location, stock.reserved, stock.secured, stock.sold, lines.lines_reserved, lines.lines_secured,
       lines.lines_sold
FROM stock
LEFT JOIN (
    SELECT line.sku, line.location,
           sum(line.quantity) FILTER (WHERE reservation.state = 'RESERVED') AS lines_reserved,
           sum(line.quantity) FILTER (WHERE reservation.state = 'SECURED') AS lines_secured,
           sum(line.quantity) FILTER (WHERE reservation.state = 'SOLD') AS lines_sold
    FROM reservation_lines AS line JOIN reservations AS reservation ON reservation.id = line.reservation_id
    WHERE reservation.state IN ('RESERVED', 'SECURED', 'SOLD')
    GROUP BY line.sku, line.location
) AS lines ON lines.sku = stock.sku AND lines.location = stock.location
WHERE (stock.reserved, stock.secured, stock.sold)
   <> (coalesce(lines.lines_reserved, 0), coalesce(lines.lines_secured, 0), coalesce(lines.lines_sold, 0));
