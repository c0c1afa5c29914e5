-- Categories as staff arrange them, and what follows when they do.

ALTER TABLE categories
    ADD COLUMN description text,
    ADD COLUMN image jsonb,
    ADD COLUMN position integer;                  -- among its siblings; null: behind those that were arranged, by name
DROP INDEX categories_by_parent;
CREATE INDEX categories_by_parent ON categories ((coalesce(parent_id, '')), position, name);

-- Categories whose path has changed: their products' search documents follow, a set at a time.
CREATE TABLE moved_categories (
    category_id text PRIMARY KEY,
    reached     text NOT NULL DEFAULT ''          -- the last product that has followed
);
-- Products whose search document is to be written again although their own row is as it was.
CREATE TABLE touched_products (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id text NOT NULL
);
