"""The SQL of product writes. Sets go as columns of arrays; products are locked before anything of theirs, in the order
of their ids like everywhere."""

EXISTING = """
SELECT product.id, product.external_reference, product.slug, product.version, product.fingerprint,
       product.archived_at IS NOT NULL AS archived,
       EXISTS (SELECT FROM publications WHERE product_id = product.id AND channel = %(channel)s) AS published,
       EXISTS (SELECT FROM planned_publications WHERE product_id = product.id AND channel = %(channel)s) AS planned
FROM products AS product
WHERE product.external_reference = ANY(%(references)s) OR product.slug = ANY(%(slugs)s)
ORDER BY product.id
FOR UPDATE OF product
"""
SKU_OWNERS = "SELECT id, sku, product_id FROM variants WHERE sku = ANY(%s)"
LOCK = """
SELECT id, external_reference FROM products
WHERE id = ANY(%(product_ids)s) OR id IN (SELECT product_id FROM variants WHERE id = ANY(%(variant_ids)s))
ORDER BY id FOR UPDATE
"""
STORED = """
SELECT product.id, product.version, product.archived_at IS NOT NULL AS archived, product.external_reference,
       product.name, product.description, product.brand, category.path, product.attributes::text, product.media::text,
       product.options::text,
       EXISTS (SELECT FROM publications WHERE product_id = product.id AND channel = %(channel)s) AS published,
       (SELECT jsonb_agg(jsonb_build_object('id', id, 'sku', sku, 'name', name, 'options', options,
                                            'weight_grams', weight_grams, 'prices', priced.prices)
                         ORDER BY position)::text
        FROM variants LEFT JOIN LATERAL (
            SELECT jsonb_object_agg(currency, jsonb_build_array(regular_minor_units, regular_compare_at_minor_units))
                   AS prices FROM prices WHERE variant_id = variants.id AND channel = %(channel)s) AS priced ON true
        WHERE product_id = product.id AND active) AS variants
FROM products AS product LEFT JOIN categories AS category ON category.id = product.category_id
WHERE product.id = ANY(%(ids)s)
"""
VARIANT_OWNERS = "SELECT id, product_id FROM variants WHERE id = ANY(%s)"
CATEGORY_PATHS = "SELECT id, path FROM categories WHERE id = ANY(%s)"
BRANDS = """
INSERT INTO brands (id, name, slug)
SELECT made.id, made.name, made.slug FROM unnest(%s::text[], %s::text[], %s::text[]) AS made (id, name, slug)
ORDER BY made.name
ON CONFLICT DO NOTHING
RETURNING id, name, slug, version
"""
KNOWN_BRANDS = "SELECT name FROM brands WHERE name = ANY(%s)"
PRODUCTS = """
INSERT INTO products AS product
    (id, external_reference, name, slug, description, brand, category_id, attributes, media, options, fingerprint,
     words)
SELECT row.id, row.external_reference, row.name, row.slug, row.description, row.brand, row.category_id,
       row.attributes, row.media, row.options, decode(row.fingerprint, 'hex'),
       setweight(to_tsvector('english', row.name), 'A') || setweight(to_tsvector('english', row.keywords), 'B')
       || setweight(to_tsvector('english', row.category), 'C')
       || setweight(to_tsvector('english', coalesce(row.description, '')), 'D')
FROM jsonb_to_recordset(%s::jsonb)
     AS row (id text, external_reference text, name text, slug text, description text, brand text, category_id text,
             attributes jsonb, media jsonb, options jsonb, fingerprint text, keywords text, category text)
ORDER BY row.external_reference
ON CONFLICT (external_reference) DO UPDATE SET
    name = excluded.name, description = excluded.description, brand = excluded.brand,
    category_id = excluded.category_id, attributes = excluded.attributes, media = excluded.media,
    options = excluded.options, fingerprint = excluded.fingerprint, words = excluded.words, archived_at = NULL,
    version = product.version + 1, updated_at = now()
RETURNING id, external_reference, version
"""
VARIANTS = """
INSERT INTO variants AS variant (id, product_id, sku, name, options, position, weight_grams)
SELECT row.id, row.product_id, row.sku, row.name, row.options, row.position, row.weight_grams
FROM jsonb_to_recordset(%s::jsonb)
     AS row (id text, product_id text, sku text, name text, options jsonb, position int, weight_grams int)
ORDER BY row.sku
ON CONFLICT (sku) DO UPDATE
SET name = excluded.name, options = excluded.options, position = excluded.position, active = true,
    weight_grams = excluded.weight_grams
WHERE variant.product_id = excluded.product_id
RETURNING id, sku
"""
LEFT_OUT = "UPDATE variants SET active = false WHERE product_id = ANY(%s) AND active AND sku <> ALL(%s)"
STOCK = """
WITH given AS (
    INSERT INTO stock (sku, location, available, active)
    SELECT row.sku, row.location, row.units, place.active
    FROM unnest(%s::text[], %s::text[], %s::int[]) AS row (sku, location, units)
    JOIN stock_locations AS place ON place.id = row.location ORDER BY row.sku, row.location
    ON CONFLICT DO NOTHING
    RETURNING sku, location, available
)
INSERT INTO stock_ledger (sku, location, kind, available_delta, reason)
SELECT sku, location, 'received', available, 'first stock' FROM given WHERE available > 0
"""
PUBLISH = """
INSERT INTO publications (product_id, channel) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING
"""
UNPUBLISH = "DELETE FROM publications WHERE product_id = ANY(%s) AND channel = %s"
ARCHIVE = """
UPDATE products SET archived_at = now(), version = version + 1, updated_at = now() WHERE id = ANY(%s)
RETURNING id, version
"""
WITHDRAW = "DELETE FROM publications WHERE product_id = ANY(%s)"
FORGET_PLANS_IN = "DELETE FROM planned_publications WHERE product_id = ANY(%s) AND channel = %s"
FORGET_PLANS = "DELETE FROM planned_publications WHERE product_id = ANY(%s)"
