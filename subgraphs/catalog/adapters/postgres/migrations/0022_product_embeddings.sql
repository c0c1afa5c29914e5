-- What products mean, as computed once for each text: a rebuild of the search index computes nothing again.
CREATE TABLE product_embeddings (
    product_id    text PRIMARY KEY,
    wanted_digest bytea NOT NULL,                 -- of the text and model that the product has now
    digest        bytea,                          -- of those that the vector is of
    vector        bytea,                          -- signed bytes; null until it is computed
    claimed_until timestamptz                     -- one process at a time computes it
);
CREATE INDEX product_embeddings_waiting ON product_embeddings (product_id) WHERE digest IS DISTINCT FROM wanted_digest;
