-- What one unit weighs, in grams, where that is known: delivery may be charged by it.
ALTER TABLE variants ADD COLUMN weight_grams integer CHECK (weight_grams BETWEEN 0 AND 10000000);
