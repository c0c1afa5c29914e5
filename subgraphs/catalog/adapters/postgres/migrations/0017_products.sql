-- Products as staff keep them: declared options, an archive instead of a loss, brands, typed attributes, planned prices.

-- [{"name": "Size", "values": ["41", "42"]}], in the order a shopper chooses by.
ALTER TABLE products ADD COLUMN options jsonb NOT NULL DEFAULT '[]';
-- Deleted by staff: seen and sold nowhere, kept for its orders, its stock and a later return.
ALTER TABLE products ADD COLUMN archived_at timestamptz;

CREATE TABLE brands (
    id      text PRIMARY KEY,
    name    text NOT NULL UNIQUE,
    slug    text NOT NULL UNIQUE,
    version bigint NOT NULL DEFAULT 1
);
INSERT INTO brands (id, name, slug)
SELECT 'brd_' || replace(gen_random_uuid()::text, '-', ''), name,
       -- Names that read alike are told apart, as later ones are.
       CASE WHEN readable <> '' AND row_number() OVER (PARTITION BY readable ORDER BY name) = 1 THEN readable
            ELSE trim(BOTH '-' FROM readable || '-' || left(encode(sha256(name::bytea), 'hex'), 8)) END
FROM (SELECT DISTINCT brand AS name, trim(BOTH '-' FROM regexp_replace(lower(brand), '[^a-z0-9]+', '-', 'g')) AS readable
      FROM products WHERE brand IS NOT NULL) AS known;
ALTER TABLE products ADD FOREIGN KEY (brand) REFERENCES brands (name) ON UPDATE CASCADE;
CREATE INDEX products_by_brand ON products (brand, id);

CREATE TABLE attribute_definitions (
    key        text PRIMARY KEY,
    label      text NOT NULL,
    type       text NOT NULL CHECK (type IN ('TEXT', 'NUMBER', 'BOOLEAN', 'CHOICE')),
    unit       text,                              -- of a NUMBER
    choices    text[] NOT NULL DEFAULT '{}',      -- of a CHOICE
    facetable  boolean NOT NULL DEFAULT true,
    searchable boolean NOT NULL DEFAULT false,
    version    bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- `minor_units` is the price in force, which everything shows and sells by: the planned one of this moment, else the
-- regular one; null when there is neither. `changes_at` is when that changes next.
ALTER TABLE prices ALTER COLUMN minor_units DROP NOT NULL;
ALTER TABLE prices ADD COLUMN regular_minor_units bigint CHECK (regular_minor_units >= 0);
ALTER TABLE prices ADD COLUMN regular_compare_at_minor_units bigint CHECK (regular_compare_at_minor_units >= 0);
ALTER TABLE prices ADD COLUMN with_product boolean NOT NULL DEFAULT true; -- written with its product, not by a price list
ALTER TABLE prices ADD COLUMN changes_at timestamptz;
UPDATE prices SET regular_minor_units = minor_units, regular_compare_at_minor_units = compare_at_minor_units;
CREATE INDEX prices_by_change ON prices (changes_at) WHERE changes_at IS NOT NULL;

-- A range of one text stands for that text: so no extension is needed to tell the periods of one price from another's.
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C");
CREATE TABLE planned_prices (
    variant_id             text NOT NULL,
    channel                text NOT NULL,
    currency               text NOT NULL,
    valid_from             timestamptz NOT NULL,
    valid_until            timestamptz NOT NULL DEFAULT 'infinity',
    minor_units            bigint NOT NULL CHECK (minor_units >= 0),
    compare_at_minor_units bigint CHECK (compare_at_minor_units >= 0),
    PRIMARY KEY (variant_id, channel, currency, valid_from),
    FOREIGN KEY (variant_id, channel, currency) REFERENCES prices ON DELETE CASCADE,
    CHECK (valid_from < valid_until),
    CONSTRAINT one_planned_price_at_a_time EXCLUDE USING gist (
        text_range(variant_id, variant_id, '[]') WITH =, text_range(channel, channel, '[]') WITH =,
        text_range(currency, currency, '[]') WITH =, tstzrange(valid_from, valid_until) WITH &&)
);
