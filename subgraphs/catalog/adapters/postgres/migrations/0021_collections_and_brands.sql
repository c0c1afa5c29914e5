-- Collections are shown in some channels, or (none named) in all of them.
ALTER TABLE collections ADD COLUMN channels text[] NOT NULL DEFAULT '{}';

-- Brands keep their addresses like everything else (0009_texts.sql).
CREATE TRIGGER brands_keep_former_slug AFTER UPDATE OF slug ON brands
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug) EXECUTE FUNCTION keep_former_slug('brand');
CREATE TRIGGER brands_end_former_slugs AFTER INSERT ON brands
    REFERENCING NEW TABLE AS taken FOR EACH STATEMENT EXECUTE FUNCTION end_former_slugs('brand');
CREATE TRIGGER brands_forget_texts AFTER DELETE ON brands
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_texts('brand');

-- Of the threshold; a SKU without a row has version 0.
ALTER TABLE stock_alerts ADD COLUMN version bigint NOT NULL DEFAULT 0;
