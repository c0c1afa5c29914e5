"""Which products meet the rules of which collections: kept as rows, judged a set at a time.

A change of products leaves notes (by trigger, in its own transaction); whoever works them off judges those products by
all rules. A change of rules judges all products by them, in its own transaction. One at a time does either, so that
no older judgement overwrites a newer one.
"""

from collections.abc import Sequence
from typing import LiteralString

from chassis.database import Connection

JUDGE_LOCK = 0x656D706A
"""Of the advisory locks: who judges."""
ALONE = "SELECT pg_advisory_xact_lock(%s)"
ALONE_IF_FREE = "SELECT pg_try_advisory_xact_lock(%s) AS mine"
TAKE = """
DELETE FROM products_to_judge WHERE id IN (SELECT id FROM products_to_judge ORDER BY id LIMIT %s) RETURNING product_id
"""
ASKED: LiteralString = """
WITH asked AS (
    SELECT collection.id AS collection_id, collection.match, rule.*
    FROM collections AS collection
    CROSS JOIN LATERAL jsonb_to_recordset(collection.rules) AS rule (
        brands text[], category text, attribute text, "values" text[], min_price bigint, max_price bigint,
        currency text, available boolean, name_contains text, created_after timestamptz)
    WHERE collection.rules IS NOT NULL
"""
MET: LiteralString = """
), met AS (
    SELECT asked.collection_id, product.id AS product_id
    FROM products AS product
    LEFT JOIN categories AS category ON category.id = product.category_id
    CROSS JOIN asked
    CROSS JOIN LATERAL (SELECT coalesce(CASE
        WHEN asked.category IS NOT NULL THEN asked.category = ANY (category.ancestor_ids)
        WHEN asked.attribute IS NOT NULL THEN EXISTS (
            SELECT FROM jsonb_to_recordset(product.attributes) AS fact (key text, value text)
            WHERE fact.key = asked.attribute AND fact.value = ANY (asked."values"))
        WHEN asked.currency IS NOT NULL THEN EXISTS (
            SELECT FROM offers WHERE product_id = product.id AND channel = %(channel)s AND currency = asked.currency
              AND lowest >= coalesce(asked.min_price, 0) AND (asked.max_price IS NULL OR lowest <= asked.max_price))
        WHEN asked.available IS NOT NULL THEN asked.available = EXISTS (
            SELECT FROM offers WHERE product_id = product.id AND in_stock)
        WHEN asked.name_contains IS NOT NULL THEN position(lower(asked.name_contains) IN lower(product.name)) > 0
        WHEN asked.created_after IS NOT NULL THEN product.created_at > asked.created_after
        ELSE product.brand = ANY (asked.brands)
    END, false) AS holds) AS verdict
    WHERE """
KEEP: LiteralString = """
    GROUP BY asked.collection_id, asked.match, product.id
    HAVING CASE asked.match WHEN 'ALL' THEN bool_and(verdict.holds) ELSE bool_or(verdict.holds) END
), added AS (
    INSERT INTO collection_products (collection_id, product_id) SELECT collection_id, product_id FROM met
    ON CONFLICT DO NOTHING RETURNING product_id
), gone AS (
    DELETE FROM collection_products AS member USING collections AS collection
    WHERE collection.id = member.collection_id AND collection.rules IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM met WHERE met.collection_id = member.collection_id AND met.product_id = member.product_id)
      AND """
TOUCH: LiteralString = """
    RETURNING member.product_id
)
INSERT INTO touched_products (product_id) SELECT product_id FROM added UNION SELECT product_id FROM gone
"""
JUDGE_PRODUCTS = ASKED + MET + "product.id = ANY(%(products)s)" + KEEP + "member.product_id = ANY(%(products)s)" + TOUCH
JUDGE_COLLECTIONS = (
    ASKED
    + "AND collection.id = ANY(%(collections)s)"
    + MET
    + "true"
    + KEEP
    + "member.collection_id = ANY(%(collections)s)"
    + TOUCH
)
# Products that are no more leave collections arranged by hand too.
FORGET_GONE = """
DELETE FROM collection_products AS member
WHERE product_id = ANY(%s) AND NOT EXISTS (SELECT FROM products WHERE id = member.product_id)
"""


async def judge_noted(tx: Connection, channel: str, limit: int) -> int:
    """Works off that many notes, unless another process is at it; how many there were."""
    row = await (await tx.execute(ALONE_IF_FREE, [JUDGE_LOCK])).fetchone()
    if not row or not row["mine"]:
        return 0
    noted = [row["product_id"] async for row in await tx.execute(TAKE, [limit])]
    if noted:
        products = list(set(noted))
        await tx.execute(JUDGE_PRODUCTS, {"products": products, "channel": channel})
        await tx.execute(FORGET_GONE, [products])
    return len(noted)


async def judge_alone(tx: Connection) -> None:
    """Until the transaction ends, rules are changed by nobody else, and nobody judges by the old ones."""
    await tx.execute(ALONE, [JUDGE_LOCK])


async def judge_collections(tx: Connection, channel: str, collection_ids: Sequence[str]) -> None:
    """All products by the rules of these collections; to be called `judge_alone`."""
    await tx.execute(JUDGE_COLLECTIONS, {"collections": list(collection_ids), "channel": channel})
