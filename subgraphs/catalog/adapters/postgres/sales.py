"""What sells, kept by set: one statement a step for all that was sold since the last look."""

from collections.abc import Sequence
from typing import Any

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.index_entries import CHANNEL, REDO
from subgraphs.catalog.domain.popularity import STAYS, PopularityRules

SETTLED_SECONDS = 30
"""Entries younger than this are left for the next look: an older one may still be uncommitted."""
MOST_IN_ORDER = 20
"""Products of an order that are paired; a larger one is a restocking, and says nothing of what goes together."""
LEAST_TOGETHER = 1.5
"""Orders, by today's weight: a pair from one single order would tell what that customer bought."""
FORGOTTEN_AFTER = "180 days"

SPAN = """
SELECT read_to, greatest(now() - make_interval(secs => %s), read_to) AS until FROM sales_progress FOR UPDATE SKIP LOCKED
"""
READ = "UPDATE sales_progress SET read_to = %(until)s"
# One look at the ledger feeds both tables; every entry weighs what it still counts at the end of the span.
ADD = """
WITH sold AS MATERIALIZED (
    SELECT variant.product_id, entry.order_id, entry.sold_delta AS units,
           power(0.5, extract(epoch FROM %(until)s::timestamptz - entry.created_at) / %(half_life)s) AS weight
    FROM stock_ledger AS entry JOIN variants AS variant ON variant.sku = entry.sku
    WHERE entry.created_at > %(since)s AND entry.created_at <= %(until)s AND entry.sold_delta <> 0
), lines AS (
    SELECT order_id, product_id, max(weight) AS weight FROM sold WHERE units > 0 AND order_id <> '' GROUP BY 1, 2
), baskets AS (
    SELECT order_id FROM lines GROUP BY order_id HAVING count(*) BETWEEN 2 AND %(most)s
), paired AS (
    INSERT INTO bought_together AS known (product_id, other_id, score, scored_at)
    SELECT one.product_id, other.product_id, sum(one.weight), %(until)s
    FROM baskets JOIN lines AS one USING (order_id) JOIN lines AS other USING (order_id)
    WHERE one.product_id <> other.product_id GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (product_id, other_id) DO UPDATE SET scored_at = excluded.scored_at, score = excluded.score
        + known.score * power(0.5, extract(epoch FROM excluded.scored_at - known.scored_at) / %(half_life)s)
)
INSERT INTO product_popularity AS known (product_id, score, scored_at, due_at)
SELECT product_id, sum(units * weight), %(until)s, %(until)s FROM sold GROUP BY product_id ORDER BY product_id
ON CONFLICT (product_id) DO UPDATE SET due_at = excluded.due_at, scored_at = excluded.scored_at, score = greatest(0,
    known.score * power(0.5, extract(epoch FROM excluded.scored_at - known.scored_at) / %(half_life)s) + excluded.score)
"""
BANDS = """
WITH due AS (
    SELECT product_id, band, score * power(0.5, extract(epoch FROM %(until)s - scored_at) / %(half_life)s) AS score
    FROM product_popularity WHERE due_at <= %(until)s
), moved AS (
    SELECT product_id, score, band AS before, greatest(
        width_bucket(score, %(bands)s::float8[]),
        least(band, width_bucket(score / %(stays)s, %(bands)s::float8[]))) AS band
    FROM due
), written AS (
    UPDATE product_popularity AS known SET score = moved.score, scored_at = %(until)s, band = moved.band,
        due_at = CASE WHEN moved.band > 0 THEN %(until)s::timestamptz + make_interval(secs => 1 + %(half_life)s
            * log(2, (moved.score / (%(stays)s * (%(bands)s::float8[])[moved.band]))::numeric)::float8) END
    FROM moved WHERE known.product_id = moved.product_id
)
SELECT product_id FROM moved WHERE band <> before ORDER BY product_id
"""
FORGET = "DELETE FROM bought_together WHERE scored_at < now() - %s::interval"
TOGETHER = """
SELECT wanted.id AS product_id, other.other_id FROM unnest(%(ids)s::text[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT other_id, score * power(0.5, extract(epoch FROM now() - scored_at) / %(half_life)s) AS score
    FROM bought_together AS pair
    JOIN publications AS publication ON publication.product_id = pair.other_id AND publication.channel = %(channel)s
    WHERE pair.product_id = wanted.id
    ORDER BY score DESC, other_id LIMIT %(first)s
) AS other
WHERE other.score >= %(least)s ORDER BY wanted.id, other.score DESC, other.other_id
"""


class PostgresSales:
    """Fills `app.ports.Sales`."""

    def __init__(self, db: Database, rules: PopularityRules) -> None:
        self._db = db
        self._rules = rules

    async def count(self) -> list[str]:
        """Adds what was sold since the last look; the products whose band is another one now, noted for the index in
        the same transaction. One process at a time."""

        async def work(tx: Connection) -> list[str]:
            span = await (await tx.execute(SPAN, [SETTLED_SECONDS])).fetchone()
            if span is None:
                return []
            asked = {**self._numbers(), "since": span["read_to"], "until": span["until"]}
            await tx.execute(ADD, asked)
            moved = [row["product_id"] async for row in await tx.execute(BANDS, asked)]
            await tx.execute(FORGET, [FORGOTTEN_AFTER])
            await tx.execute(READ, asked)
            if moved:
                await tx.execute(REDO, [moved])
                await tx.execute("SELECT pg_notify(%s, '')", [CHANNEL])
            return moved

        return await self._db.retrying(work)

    async def bought_together(self, ids: Sequence[str], channel: str, first: int) -> list[list[str]]:
        """What several orders had beside each product, most often first."""
        asked = {**self._numbers(), "ids": list(set(ids)), "channel": channel, "first": first, "least": LEAST_TOGETHER}
        lists: dict[str, list[str]] = {each: [] for each in ids}
        async with self._db.reading() as connection:
            async for row in await connection.execute(TOGETHER, asked):
                lists[row["product_id"]].append(row["other_id"])
        return [lists[each] for each in ids]

    def _numbers(self) -> dict[str, Any]:
        return {
            "half_life": self._rules.half_life_days * 86_400,
            "bands": list(self._rules.bands),
            "stays": STAYS,
            "most": MOST_IN_ORDER,
        }
