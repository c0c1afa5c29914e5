-- What sells, from the ledger's units sold and come back. A score loses half of itself in a half-life; a band is what
-- the search index knows of it, so that not every order writes to the index.
CREATE TABLE product_popularity (
    product_id text PRIMARY KEY,
    score      double precision NOT NULL,         -- as of scored_at
    scored_at  timestamptz NOT NULL,
    band       smallint NOT NULL DEFAULT 0,
    due_at     timestamptz                        -- when the score will have fallen out of its band; null: never
);
CREATE INDEX product_popularity_due ON product_popularity (due_at);

-- Products that were in one order, both ways round; the score is the number of orders, and ages likewise.
CREATE TABLE bought_together (
    product_id text NOT NULL,
    other_id   text NOT NULL,
    score      double precision NOT NULL,
    scored_at  timestamptz NOT NULL,
    PRIMARY KEY (product_id, other_id)
);
CREATE INDEX bought_together_by_age ON bought_together (scored_at);

-- Up to when the ledger has been read. What is older than the start has next to no weight any more.
CREATE TABLE sales_progress (
    single  boolean PRIMARY KEY DEFAULT true CHECK (single),
    read_to timestamptz NOT NULL
);
INSERT INTO sales_progress (read_to) VALUES (now() - interval '90 days');
