-- All that the words of a query say side by side: "red-flag" is "red", "red flag", "flag". A blocked query is one of these
-- phrases, so that an index tells whether one is blocked. The punctuation is all that a query may have.
DROP FUNCTION query_words(text);
CREATE FUNCTION query_phrases(query text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 6 AS $$
    SELECT array_to_string(words[first_word:last_word], ' ')
    FROM regexp_split_to_array(btrim(translate(query, '''’.,-+&/%°#()"', '              ')), ' +') AS words,
         generate_subscripts(words, 1) AS first_word, generate_series(first_word, cardinality(words)) AS last_word
$$;
