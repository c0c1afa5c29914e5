-- What shoppers search for and find, by channel and language of the index ('': none of its own). Hashes of who asked are
-- here only until enough different ones did, and only as long as they mean anybody; then a number is left.
CREATE TABLE learnt_queries (
    channel      text NOT NULL,
    locale       text NOT NULL,
    text         text COLLATE "C" NOT NULL,       -- so that its order is that of beginnings
    askers       bigint[],                        -- null once it is learnt
    askers_until timestamptz NOT NULL,            -- then the hashes mean nobody any more
    score        double precision NOT NULL,       -- askers, by what they still count as of scored_at
    scored_at    timestamptz NOT NULL,
    PRIMARY KEY (channel, locale, text)
) WITH (fillfactor = 80);
CREATE INDEX learnt_queries_offered ON learnt_queries (channel, locale, text) WHERE askers IS NULL;

-- Words that are neither learnt nor offered, wherever they stand in a query.
CREATE TABLE blocked_queries (
    text       text COLLATE "C" PRIMARY KEY,
    blocked_by text NOT NULL,                     -- "user:usr_…" or "service:…"
    blocked_at timestamptz NOT NULL DEFAULT now()
);

-- The words of a query, each between spaces; the punctuation is all that a query may have.
CREATE FUNCTION query_words(query text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    ' ' || regexp_replace(translate(query, '''’.,-+&/%°#()"', '              '), ' +', ' ', 'g') || ' ';

-- Whether every word of a query is in what is sold, each in any product: a query of three words or more finds what lacks
-- some of them. `spoken` is how texts of its language are searched.
CREATE FUNCTION words_are_sold(query text, spoken regconfig) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE RETURN
    NOT EXISTS (
        SELECT FROM regexp_split_to_table(query, ' ') AS word
        WHERE numnode(plainto_tsquery('english', word)) > 0
          AND NOT EXISTS (SELECT FROM products WHERE words @@ plainto_tsquery('english', word) AND archived_at IS NULL)
          AND NOT EXISTS (SELECT FROM translations WHERE words @@ plainto_tsquery(spoken, word)));
