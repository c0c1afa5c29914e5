-- A saga's row is written at every step and its order's at most of them, without a change to what is indexed: with room
-- left on the page the new version stays beside the old one, and no index is touched.
ALTER TABLE sagas SET (fillfactor = 50);
ALTER TABLE orders SET (fillfactor = 60);
