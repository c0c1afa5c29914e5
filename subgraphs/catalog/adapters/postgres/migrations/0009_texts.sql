-- Channels, addresses that stay good, and texts in other languages. `kind` is 'product', 'category' or 'collection'.

CREATE TABLE channels (
    slug           text PRIMARY KEY,
    name           text NOT NULL,
    currencies     text[] NOT NULL CHECK (cardinality(currencies) > 0),
    default_locale text NOT NULL,
    locales        text[] NOT NULL CHECK (default_locale = ANY (locales)),
    version        bigint NOT NULL DEFAULT 1
);
-- What is sold already tells what channels there are.
INSERT INTO channels (slug, name, currencies, default_locale, locales)
SELECT known.channel, initcap(replace(known.channel, '-', ' ')),
       coalesce((SELECT array_agg(DISTINCT currency ORDER BY currency) FROM prices WHERE channel = known.channel), '{USD}'),
       'en', '{en}'
FROM (SELECT 'web' AS channel UNION SELECT channel FROM publications UNION SELECT channel FROM prices) AS known;

-- What search engines are told instead of name and description.
ALTER TABLE products ADD COLUMN seo_title text, ADD COLUMN seo_description text;
ALTER TABLE categories ADD COLUMN seo_title text, ADD COLUMN seo_description text;

-- A slug that was changed leads on to whoever had it, whatever that one is called by now: one look-up, and no loops.
CREATE TABLE former_slugs (
    kind      text NOT NULL,
    slug      text NOT NULL,
    entity_id text NOT NULL,
    since     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, slug)
);
CREATE INDEX former_slugs_by_entity ON former_slugs (kind, entity_id);

CREATE TABLE translations (
    kind       text NOT NULL,
    entity_id  text NOT NULL,
    locale     text NOT NULL,
    fields     jsonb NOT NULL,                    -- what is translated, by its column's name
    version    bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    words      tsvector NOT NULL,                 -- what answers a search while Elasticsearch is away
    PRIMARY KEY (kind, entity_id, locale)
);
CREATE INDEX translations_by_words ON translations USING gin (words);

-- Triggers, so that every write of a slug keeps the promise, by whichever statement it comes.
CREATE FUNCTION keep_former_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM former_slugs WHERE kind = TG_ARGV[0] AND slug = NEW.slug;
    INSERT INTO former_slugs (kind, slug, entity_id) VALUES (TG_ARGV[0], OLD.slug, NEW.id)
    ON CONFLICT (kind, slug) DO UPDATE SET entity_id = excluded.entity_id, since = now();
    RETURN NULL;
END
$$;
CREATE FUNCTION end_former_slugs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM former_slugs USING taken WHERE former_slugs.kind = TG_ARGV[0] AND former_slugs.slug = taken.slug;
    RETURN NULL;
END
$$;
CREATE FUNCTION forget_texts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM former_slugs USING gone WHERE kind = TG_ARGV[0] AND entity_id = gone.id;
    DELETE FROM translations USING gone WHERE kind = TG_ARGV[0] AND entity_id = gone.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER products_keep_former_slug AFTER UPDATE OF slug ON products
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION keep_former_slug('product');
CREATE TRIGGER products_end_former_slugs AFTER INSERT ON products
    REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION end_former_slugs('product');
CREATE TRIGGER products_forget_texts AFTER DELETE ON products
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_texts('product');
CREATE TRIGGER categories_keep_former_slug AFTER UPDATE OF slug ON categories
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION keep_former_slug('category');
CREATE TRIGGER categories_end_former_slugs AFTER INSERT ON categories
    REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION end_former_slugs('category');
CREATE TRIGGER categories_forget_texts AFTER DELETE ON categories
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_texts('category');
