-- Stock files are imported as jobs too.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check, ADD CONSTRAINT jobs_kind_check
    CHECK (kind IN ('CATALOG_IMPORT', 'CATALOG_EXPORT', 'SEARCH_INDEX_REBUILD', 'STOCK_IMPORT'));
