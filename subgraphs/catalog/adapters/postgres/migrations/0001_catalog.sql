-- Catalog's truth: what is sold, for how much, and how many are left.

-- include: outbox
-- include: inbox

CREATE TABLE categories (
    id           text PRIMARY KEY,
    parent_id    text REFERENCES categories,
    name         text NOT NULL,
    slug         text NOT NULL UNIQUE,
    path         text[] NOT NULL UNIQUE,          -- names from the root
    ancestor_ids text[] NOT NULL,                 -- ids from the root, its own last
    version      bigint NOT NULL DEFAULT 1
);
CREATE INDEX categories_by_parent ON categories (parent_id, name);
CREATE INDEX categories_by_ancestor ON categories USING gin (ancestor_ids);

CREATE TABLE products (
    id                 text PRIMARY KEY,
    external_reference text NOT NULL UNIQUE,
    name               text NOT NULL,
    slug               text NOT NULL UNIQUE,
    description        text,
    brand              text,
    category_id        text REFERENCES categories,
    attributes         jsonb NOT NULL DEFAULT '[]',
    media              jsonb NOT NULL DEFAULT '[]',
    fingerprint        bytea NOT NULL,            -- of the content last written: equal means nothing to do
    version            bigint NOT NULL DEFAULT 1, -- rises with every change that search or caches show
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    words              tsvector NOT NULL          -- what answers a search while Elasticsearch is away
);
CREATE INDEX products_by_category ON products (category_id, id);
CREATE INDEX products_by_words ON products USING gin (words);

CREATE TABLE variants (
    id         text PRIMARY KEY,
    product_id text NOT NULL REFERENCES products,
    sku        text NOT NULL UNIQUE,
    name       text NOT NULL,
    options    jsonb NOT NULL DEFAULT '[]',
    position   integer NOT NULL,
    active     boolean NOT NULL DEFAULT true      -- false: left out by the last write of its product; its stock history stays
);
CREATE INDEX variants_by_product ON variants (product_id, position);

CREATE TABLE prices (
    variant_id             text NOT NULL REFERENCES variants,
    channel                text NOT NULL,
    currency               text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    minor_units            bigint NOT NULL CHECK (minor_units >= 0),
    compare_at_minor_units bigint CHECK (compare_at_minor_units >= 0),
    PRIMARY KEY (variant_id, channel, currency)
);

CREATE TABLE publications (
    product_id   text NOT NULL REFERENCES products,
    channel      text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (product_id, channel)
);

-- What a product costs and whether any of it is left, kept in the same transactions as prices and stock, so that a
-- listing joins one row a product instead of folding all its variants.
CREATE TABLE offers (
    product_id text NOT NULL REFERENCES products,
    channel    text NOT NULL,
    currency   text NOT NULL,
    lowest     bigint NOT NULL,
    highest    bigint NOT NULL,
    in_stock   boolean NOT NULL,
    PRIMARY KEY (product_id, channel, currency)
);

-- A write's answer, kept so that a repeated key is answered without writing again.
CREATE TABLE idempotency_keys (
    scope       text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    answer      bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
