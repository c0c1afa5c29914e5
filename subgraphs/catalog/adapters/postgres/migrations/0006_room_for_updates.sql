-- Every order changes the rows of its SKUs three times, and no indexed column of them.
ALTER TABLE stock SET (fillfactor = 30);
ALTER TABLE reservations SET (fillfactor = 70);
