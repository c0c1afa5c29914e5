-- How far the search index follows each product.

CREATE TABLE index_entries (
    product_id      text PRIMARY KEY,
    wanted_version  bigint NOT NULL,
    indexed_version bigint NOT NULL DEFAULT 0,
    claimed_until   timestamptz,                  -- one indexer at a time works on it
    failure         text
);
CREATE INDEX index_entries_waiting ON index_entries (product_id) WHERE wanted_version > indexed_version;

-- A rebuild remembers how far it came, so that it goes on after a crash.
CREATE TABLE index_rebuilds (
    index_name  text PRIMARY KEY,
    digest      text NOT NULL,                    -- of the settings and mapping it was made with
    copied_to   text NOT NULL DEFAULT '',         -- last product id copied
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
