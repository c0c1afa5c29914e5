-- Products put together by hand or by rules.

CREATE TABLE collections (
    id          text PRIMARY KEY,
    name        text NOT NULL,
    slug        text NOT NULL UNIQUE,
    description text,
    image       jsonb,
    published   boolean NOT NULL,
    match       text CHECK (match IN ('ALL', 'ANY')),
    rules       jsonb,                            -- null: arranged by hand
    version     bigint NOT NULL DEFAULT 1,        -- rises with what staff changes, not with the products that meet its rules
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((match IS NULL) = (rules IS NULL))
);
CREATE INDEX collections_by_name ON collections (name, id);

-- No reference to products: to judge them must neither wait for nor hold up whoever writes them.
CREATE TABLE collection_products (
    collection_id text NOT NULL REFERENCES collections ON DELETE CASCADE,
    product_id    text NOT NULL,
    position      integer NOT NULL DEFAULT 0,     -- as arranged by hand; 0 where rules decide
    PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_products_in_order ON collection_products (collection_id, position, product_id DESC);
CREATE INDEX collection_products_by_product ON collection_products (product_id);

-- Every write of products, by whichever statement it comes, leaves a note of whom the rules are to be asked again about.
-- Notes are appended and never conflict: a writer waits for nobody here.
CREATE TABLE products_to_judge (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id text NOT NULL
);
CREATE FUNCTION note_products_to_judge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO products_to_judge (product_id) SELECT id FROM changed;
    RETURN NULL;
END
$$;
CREATE TRIGGER products_judged_when_made AFTER INSERT ON products
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_products_to_judge();
CREATE TRIGGER products_judged_when_changed AFTER UPDATE ON products
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_products_to_judge();
CREATE TRIGGER products_judged_when_gone AFTER DELETE ON products
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_products_to_judge();
