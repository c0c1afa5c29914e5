"""What shoppers search for, kept by set: one statement for all that a gateway counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.idempotency import earlier_answer
from subgraphs.catalog.adapters.postgres.translations import search_config
from subgraphs.catalog.domain.learnt_query import LEAST_SCORE, MOST_KEPT, LearningRules, LearntQuery, SearchedQuery

SCOPE = "searches"
# What is blocked while this runs is blocked before or after it.
WAIT_FOR_BLOCKS = "LOCK TABLE blocked_queries IN SHARE MODE"
# Whoever asks for a query that is learnt already is only a number. Hashes of an earlier week are replaced; those of one
# that is over are not counted. One with a word that nothing has waits, with no more hashes than it would need.
RECORD = """
WITH said AS MATERIALIZED (
    SELECT channel, locale, text, array_agg(DISTINCT asker) FILTER (WHERE asker IS NOT NULL) AS askers
    FROM unnest(%(channels)s::text[], %(locales)s::text[], %(texts)s::text[], %(askers)s::bigint[])
        AS one (channel, locale, text, asker)
    GROUP BY channel, locale, text
), forgotten AS (
    DELETE FROM learnt_queries AS known USING said WHERE said.askers IS NULL
        AND known.channel = said.channel AND known.locale = said.locale AND known.text = said.text
)
INSERT INTO learnt_queries AS known (channel, locale, text, askers, askers_until, score, scored_at)
SELECT channel, locale, text,
    CASE WHEN cardinality(askers) < %(least)s
        OR NOT words_are_sold(text, (%(spoken)s::jsonb ->> locale)::regconfig) THEN askers[:%(least)s] END,
    %(until)s, cardinality(askers), now()
FROM said WHERE askers IS NOT NULL AND NOT EXISTS (
    SELECT FROM query_phrases(said.text) AS phrase JOIN blocked_queries AS blocked ON blocked.text = phrase)
ORDER BY channel, locale, text
ON CONFLICT (channel, locale, text) DO UPDATE SET (askers, askers_until, score, scored_at) = (
    SELECT CASE WHEN known.askers IS NULL OR excluded.askers IS NULL THEN NULL
            WHEN count(*) < %(least)s OR NOT words_are_sold(excluded.text,
                (%(spoken)s::jsonb ->> excluded.locale)::regconfig) THEN (array_agg(asker))[:%(least)s] END,
        excluded.askers_until,
        CASE WHEN known.askers IS NOT NULL THEN greatest(count(*), excluded.score) ELSE excluded.score
            + known.score * power(0.5, extract(epoch FROM excluded.scored_at - known.scored_at) / %(half_life)s) END,
        excluded.scored_at
    FROM (SELECT unnest(known.askers) AS asker WHERE known.askers_until = excluded.askers_until
          UNION SELECT unnest(excluded.askers)) AS seen
) WHERE known.askers IS NULL OR known.askers_until <= excluded.askers_until
"""
# Of those that are not learnt nothing is left when their hashes mean nobody any more.
PRUNE = """
WITH ranked AS (
    SELECT channel, locale, text, askers IS NULL AS learnt, askers_until, today, row_number() OVER (
        PARTITION BY channel, locale ORDER BY askers IS NULL DESC, today DESC, text) AS place
    FROM learnt_queries CROSS JOIN LATERAL (
        SELECT score * power(0.5, extract(epoch FROM now() - scored_at) / %(half_life)s) AS today) AS weighed
)
DELETE FROM learnt_queries AS known USING ranked
WHERE (place > %(most)s OR CASE WHEN learnt THEN today < %(least_score)s ELSE ranked.askers_until <= now() END)
    AND known.channel = ranked.channel AND known.locale = ranked.locale AND known.text = ranked.text
"""
# All lose weight alike, so that their order is that of the logarithms at a moment that is the same for all.
PAGE = """
SELECT channel, locale, text, asked_at, standing,
    score * power(0.5, extract(epoch FROM now() - asked_at) / %(half_life)s) AS weight
FROM (SELECT channel, locale, text, score, scored_at AS asked_at,
        round((ln(score) + ln(2) * extract(epoch FROM scored_at)::float8 / %(half_life)s) * 1e9)::bigint AS standing
    FROM learnt_queries WHERE askers IS NULL AND (%(channel)s::text IS NULL OR channel = %(channel)s)) AS learnt
WHERE %(after)s::jsonb IS NULL OR (-standing, channel, locale, text COLLATE "C") > (-(%(after)s::jsonb ->> 0)::bigint,
    %(after)s::jsonb ->> 1, %(after)s::jsonb ->> 2, (%(after)s::jsonb ->> 3) COLLATE "C")
ORDER BY -standing, channel, locale, text COLLATE "C" LIMIT %(limit)s
"""
FORGET_ALL = "DELETE FROM learnt_queries"


class PostgresLearntQueries:
    """Fills `app.query_ports.LearntQueries`."""

    def __init__(self, db: Database, rules: LearningRules, *, is_on: bool = True, most: int = MOST_KEPT) -> None:
        self._db = db
        self._rules = rules
        self._is_on = is_on
        self._most = most

    async def record(self, batch_id: str, askers_until: datetime, searched: Sequence[SearchedQuery]) -> None:
        """One transaction; a batch that was counted is not counted again."""
        rows = [(each.channel, each.locale, each.text, asker) for each in searched for asker in each.askers or (None,)]
        channels, locales, texts, askers = map(list, zip(*rows, strict=True))
        asked: dict[str, Any] = {
            "channels": channels, "locales": locales, "texts": texts, "askers": askers, "until": askers_until,
            "spoken": Jsonb({each.locale: search_config(each.locale) for each in searched}), **self._numbers(),
        }  # fmt: skip

        async def work(tx: Connection) -> None:
            if await earlier_answer(tx, SCOPE, batch_id, b"") is not None:
                return
            await tx.execute(WAIT_FOR_BLOCKS)
            await tx.execute(RECORD, asked)

        await self._db.retrying(work)

    async def page(self, channel: str | None, after: Sequence[str | int] | None, limit: int) -> list[LearntQuery]:
        """Of those that are learnt, the most asked first, from behind these keys: standing, channel, locale, text."""
        asked = {"channel": channel, "after": Jsonb(list(after)) if after else None, "limit": limit, **self._numbers()}
        async with self._db.reading() as connection:
            return [LearntQuery(**row) async for row in await connection.execute(PAGE, asked)]

    async def prune(self) -> None:
        """Forgets what is asked too little; everything, where nothing is to be learnt."""
        async with self._db.reading() as connection:
            if self._is_on:
                await connection.execute(PRUNE, self._numbers())
            else:
                await connection.execute(FORGET_ALL)

    def _numbers(self) -> dict[str, Any]:
        return {
            "half_life": self._rules.half_life_days * 86_400,
            "least": self._rules.least_askers,
            "least_score": LEAST_SCORE,
            "most": self._most,
        }
