"""What follows a change of products, rules or the tree: worked off a set at a time, each set in its own transaction."""

from psycopg.errors import ForeignKeyViolation
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres.memberships import judge_noted
from subgraphs.catalog.adapters.postgres.touched import announce, take_touched

SET = 1_000
"""Products a transaction."""
WAITING = """
SELECT EXISTS (SELECT FROM products_to_judge) OR EXISTS (SELECT FROM moved_categories)
       OR EXISTS (SELECT FROM touched_products) AS waiting
"""
CLAIM = """
SELECT category_id, reached FROM moved_categories ORDER BY category_id LIMIT %s FOR UPDATE SKIP LOCKED
"""
BELOW = """
SELECT product.id, product.category_id
FROM unnest(%s::text[], %s::text[]) AS moved (category_id, reached)
JOIN products AS product ON product.category_id = moved.category_id AND product.id > moved.reached
ORDER BY product.category_id, product.id LIMIT %s
"""
# Weight C are the names of the categories; the other words stay as whoever wrote the product made them.
FOLLOW = """
UPDATE products AS product
SET words = ts_filter(product.words, '{a,b,d}')
            || setweight(to_tsvector('english', array_to_string(category.path, ' ')), 'C'),
    version = product.version + 1, updated_at = now()
FROM categories AS category
WHERE category.id = product.category_id
  AND product.id IN (SELECT id FROM products WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
RETURNING product.id, product.version, EXISTS (SELECT FROM publications WHERE product_id = product.id) AS published
"""
DONE = "DELETE FROM moved_categories WHERE category_id = ANY(%s)"
REACHED = "UPDATE moved_categories SET reached = %s WHERE category_id = %s"


class PostgresShelves:
    """Fills `app.shelf_ports.Shelves`."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel

    async def waiting(self) -> bool:
        async with self._db.reading() as connection:
            row = await (await connection.execute(WAITING)).fetchone()
        return bool(row and row["waiting"])

    async def judge(self) -> int:
        try:
            return await self._db.retrying(lambda tx: judge_noted(tx, self._channel, SET))
        except ForeignKeyViolation:
            # A collection was deleted while products were put into it. The notes are there still.
            return 1

    async def follow_moves(self) -> int:
        return await self._db.retrying(_follow)

    async def touch(self) -> int:
        return await self._db.retrying(lambda tx: take_touched(tx, SET))


async def _follow(tx: Connection) -> int:
    claimed = await (await tx.execute(CLAIM, [SET])).fetchall()
    if not claimed:
        return 0
    columns = [[row["category_id"] for row in claimed], [row["reached"] for row in claimed]]
    due = await (await tx.execute(BELOW, [*columns, SET])).fetchall()
    if due:
        rows = await (await tx.execute(FOLLOW, [[row["id"] for row in due]])).fetchall()
        await announce(tx, [(row["id"], row["version"], row["published"]) for row in rows])
    await _mark(tx, claimed, due)
    return max(len(due), 1)


async def _mark(tx: Connection, claimed: list[DictRow], due: list[DictRow]) -> None:
    """A full set may have left products of its last category for the next one."""
    if len(due) < SET:
        await tx.execute(DONE, [[row["category_id"] for row in claimed]])
        return
    last = due[-1]
    await tx.execute(DONE, [[row["category_id"] for row in claimed if row["category_id"] < last["category_id"]]])
    await tx.execute(REACHED, [last["id"], last["category_id"]])
