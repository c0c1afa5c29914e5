"""Products whose search document is to be written again because of a change elsewhere: a set at a time."""

from collections.abc import Sequence

from emporium.events.v1 import events_pb2 as events

from chassis import outbox
from chassis.database import Connection
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres.categories import TOPIC

# Weight B are the brand, which may have another name, and the SKUs.
TOUCH = """
UPDATE products SET version = version + 1, updated_at = now(),
    words = ts_filter(words, '{a,c,d}') || setweight(to_tsvector('english', concat_ws(' ', brand, (
        SELECT string_agg(sku, ' ' ORDER BY position) FROM variants WHERE product_id = products.id AND active))), 'B')
WHERE id IN (SELECT id FROM products WHERE id = ANY(%s) ORDER BY id FOR UPDATE)
RETURNING id, version, EXISTS (SELECT FROM publications WHERE product_id = products.id) AS published
"""
Changed = tuple[str, int, bool]
"""Id, version now, and whether it is published."""
MANY = 20
"""Products of one write that one event tells of: a row, a message and a note of each would be a tenth of an import."""
MOST_TOGETHER = 2_000
"""Of one event: its message stays far below the megabyte that Kafka takes."""
TAKE = """
DELETE FROM touched_products WHERE id IN (
    SELECT id FROM touched_products ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING product_id
"""


async def take_touched(tx: Connection, limit: int) -> int:
    """Works off that many notes; how many there were."""
    noted = [row["product_id"] async for row in await tx.execute(TAKE, [limit])]
    if noted:
        await touch(tx, noted)
    return len(noted)


async def touch(tx: Connection, product_ids: Sequence[str]) -> None:
    """Raises their versions and announces them."""
    rows = await (await tx.execute(TOUCH, [list(product_ids)])).fetchall()
    await announce(tx, [(row["id"], row["version"], row["published"]) for row in rows])


async def announce(tx: Connection, changed: Sequence[Changed]) -> None:
    """Products by id, version now, and whether they are published."""
    await outbox.append(tx, product_events(changed))


def product_events(changed: Sequence[Changed]) -> list[outbox.Event]:
    """What tells of the products that one write changed: an event each, or one of many."""
    told = [
        events.ProductChanged(product_id=product_id, version=version, published=published)
        for product_id, version, published in changed
    ]
    if len(told) < MANY:
        return [
            outbox.Event(topic=TOPIC, aggregate_id=each.product_id, sequence=each.version, message=each)
            for each in told
        ]
    sets = [told[start : start + MOST_TOGETHER] for start in range(0, len(told), MOST_TOGETHER)]
    return [
        outbox.Event(topic=TOPIC, aggregate_id=new_id("set"), sequence=1, message=events.ProductsChanged(products=each))
        for each in sets
    ]
