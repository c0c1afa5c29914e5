"""Where the entities that have texts are, and how a change of them is told. The same statements for every kind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import LiteralString

from emporium.events.v1 import events_pb2 as events
from google.protobuf.message import Message

from chassis import outbox
from chassis.database import Connection
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.domain.change import EntityKind


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """One kind's table: with id, name, slug, seo_title, seo_description and version."""

    name: LiteralString
    changed: LiteralString
    """What every change of a row sets."""
    announced: Callable[[str, int, bool], Message]
    published: LiteralString = "true"
    """Of a row `entity`."""
    shown_below: LiteralString | None = None
    """What tells other documents that show its texts."""


TABLES = {
    EntityKind.PRODUCT: TextTable(
        name="products",
        changed="version = entity.version + 1, updated_at = now()",
        announced=lambda entity_id, version, published: events.ProductChanged(
            product_id=entity_id, version=version, published=published
        ),
        published="EXISTS (SELECT FROM publications WHERE product_id = entity.id)",
    ),
    EntityKind.CATEGORY: TextTable(
        name="categories",
        changed="version = entity.version + 1",
        shown_below="INSERT INTO moved_categories (category_id) SELECT id FROM unnest(%s::text[]) AS id ORDER BY id"
        " ON CONFLICT (category_id) DO UPDATE SET reached = ''",
        announced=lambda entity_id, version, _: events.CategoryChanged(category_id=entity_id, version=version),
    ),
    EntityKind.COLLECTION: TextTable(
        name="collections",
        changed="version = entity.version + 1, updated_at = now()",
        announced=lambda entity_id, version, _: events.CollectionChanged(collection_id=entity_id, version=version),
    ),
}


async def announce(tx: Connection, table: TextTable, rows: Iterable[tuple[str, int, bool]]) -> None:
    """(id, version, published) of what changed, in one statement."""
    changed = [
        outbox.Event(
            topic=TOPIC, aggregate_id=each, sequence=version, message=table.announced(each, version, published)
        )
        for each, version, published in rows
    ]
    await outbox.append(tx, changed)
