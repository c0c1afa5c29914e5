-- When the oldest change that a product's document does not show was committed: how far searches lag behind.
ALTER TABLE index_entries ADD COLUMN changed_at timestamptz;
