-- Stock by (sku, location). Units move between four places and every move is a ledger row:
-- available + reserved + secured + sold = what the ledger says was ever received or adjusted (invariant I1).

CREATE TABLE stock (
    sku       text NOT NULL REFERENCES variants (sku),
    location  text NOT NULL DEFAULT 'default',
    available integer NOT NULL DEFAULT 0 CHECK (available >= 0),
    reserved  integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    secured   integer NOT NULL DEFAULT 0 CHECK (secured >= 0),
    sold      integer NOT NULL DEFAULT 0 CHECK (sold >= 0),
    PRIMARY KEY (sku, location)
);

CREATE TABLE reservations (
    id         text PRIMARY KEY,                  -- given by the caller, stable over its retries
    order_id   text NOT NULL DEFAULT '',
    state      text NOT NULL CHECK (state IN ('RESERVED', 'SECURED', 'SOLD', 'RELEASED', 'EXPIRED', 'REFUSED_SHORT', 'RESTOCKED')),
    shortages  jsonb NOT NULL DEFAULT '[]',       -- why it was refused, to repeat the same answer
    expires_at timestamptz NOT NULL,              -- counts only while RESERVED
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reservations_to_expire ON reservations (expires_at) WHERE state = 'RESERVED';

CREATE TABLE reservation_lines (
    reservation_id text NOT NULL REFERENCES reservations,
    sku            text NOT NULL,
    location       text NOT NULL DEFAULT 'default',
    quantity       integer NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (reservation_id, sku, location),
    FOREIGN KEY (sku, location) REFERENCES stock (sku, location)
);

CREATE TABLE stock_ledger (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku             text NOT NULL,
    location        text NOT NULL DEFAULT 'default',
    kind            text NOT NULL,
    available_delta integer NOT NULL DEFAULT 0,
    reserved_delta  integer NOT NULL DEFAULT 0,
    secured_delta   integer NOT NULL DEFAULT 0,
    sold_delta      integer NOT NULL DEFAULT 0,
    reservation_id  text,
    order_id        text,
    reason          text,
    created_at      timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (sku, location) REFERENCES stock (sku, location)
);
CREATE INDEX stock_ledger_by_sku ON stock_ledger (sku, id DESC);

-- Rows that break invariant I1, place by place; empty in a sound system.
CREATE VIEW broken_stock AS
SELECT stock.sku, stock.location, stock.available, stock.reserved, stock.secured, stock.sold, entries.*
FROM stock
LEFT JOIN LATERAL (
    SELECT coalesce(sum(available_delta), 0) AS ledger_available,
           coalesce(sum(reserved_delta), 0) AS ledger_reserved,
           coalesce(sum(secured_delta), 0) AS ledger_secured,
           coalesce(sum(sold_delta), 0) AS ledger_sold
    FROM stock_ledger AS entry
    WHERE entry.sku = stock.sku AND entry.location = stock.location
) AS entries ON true
WHERE (stock.available, stock.reserved, stock.secured, stock.sold)
   <> (entries.ledger_available, entries.ledger_reserved, entries.ledger_secured, entries.ledger_sold);

-- Reservations past their time that nobody took back yet (invariant I6 allows them for one sweep only).
CREATE VIEW overdue_reservations AS
SELECT id, order_id, expires_at FROM reservations WHERE state = 'RESERVED' AND expires_at < now() - interval '1 minute';
