-- Publications that come about by themselves; a row goes when nothing more will.
CREATE TABLE planned_publications (
    product_id    text NOT NULL REFERENCES products,
    channel       text NOT NULL,
    publish_at    timestamptz,                    -- null: it is shown already
    publish_until timestamptz,
    PRIMARY KEY (product_id, channel),
    CHECK (publish_at IS NOT NULL OR publish_until IS NOT NULL)
);
CREATE INDEX planned_publications_by_time ON planned_publications (least(publish_at, publish_until));

-- Collections keep their addresses and speak other languages like products and categories (0009_texts.sql).
ALTER TABLE collections ADD COLUMN seo_title text, ADD COLUMN seo_description text;
CREATE TRIGGER collections_keep_former_slug AFTER UPDATE OF slug ON collections
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION keep_former_slug('collection');
CREATE TRIGGER collections_end_former_slugs AFTER INSERT ON collections
    REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION end_former_slugs('collection');
CREATE TRIGGER collections_forget_texts AFTER DELETE ON collections
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_texts('collection');
