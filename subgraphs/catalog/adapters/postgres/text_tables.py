"""Where the entities that have texts are, and how a change of them is told. The same statements for every kind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString

from emporium.events.v1 import events_pb2 as events
from google.protobuf.message import Message

from chassis import outbox
from chassis.database import Connection
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.touched import Changed, product_events
from subgraphs.catalog.domain.change import EntityKind


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """One kind's table: with id and version; what has an address has slug, seo_title and seo_description too."""

    name: LiteralString
    changed: LiteralString
    """What every change of a row sets."""
    announced: Callable[[Sequence[Changed]], list[outbox.Event]] | None = None
    published: LiteralString = "true"
    """Of a row `entity`."""
    part_of: LiteralString | None = None
    """The column of its owner, where that is what has a version and is announced: a product."""
    shown_below: LiteralString | None = None
    """What tells other documents that show its texts."""

    @property
    def lock(self) -> LiteralString:
        """Two writers of one entity's texts come one after the other, each behind what it is a part of."""
        if self.part_of is None:
            return "SELECT id FROM " + self.name + " WHERE id = ANY(%s) ORDER BY id FOR UPDATE"  # noqa: S608
        return (
            "SELECT part.id FROM "  # noqa: S608
            + self.name
            + " AS part JOIN products AS owner ON owner.id = part."
            + self.part_of
            + " WHERE part.id = ANY(%s) ORDER BY owner.id, part.id FOR UPDATE OF owner"
        )

    @property
    def tell(self) -> LiteralString:
        """Gives the entities, or what they are a part of, their next version."""
        if self.part_of is not None:
            owners: LiteralString = "(SELECT " + self.part_of + " FROM " + self.name + " WHERE id = ANY(%s))"  # noqa: S608
            return _told(TABLES[EntityKind.PRODUCT], "IN " + owners)
        return _told(self, "= ANY(%s)")


def _of_each(message: Callable[[str, int], Message]) -> Callable[[Sequence[Changed]], list[outbox.Event]]:
    return lambda rows: [
        outbox.Event(topic=TOPIC, aggregate_id=each, sequence=version, message=message(each, version))
        for each, version, _ in rows
    ]


TABLES = {
    EntityKind.PRODUCT: TextTable(
        name="products",
        changed="version = entity.version + 1, updated_at = now()",
        announced=product_events,
        published="EXISTS (SELECT FROM publications WHERE product_id = entity.id)",
    ),
    EntityKind.CATEGORY: TextTable(
        name="categories",
        changed="version = entity.version + 1",
        shown_below="INSERT INTO moved_categories (category_id) SELECT id FROM unnest(%s::text[]) AS id ORDER BY id"
        " ON CONFLICT (category_id) DO UPDATE SET reached = ''",
        announced=_of_each(lambda entity_id, version: events.CategoryChanged(category_id=entity_id, version=version)),
    ),
    EntityKind.COLLECTION: TextTable(
        name="collections",
        changed="version = entity.version + 1, updated_at = now()",
        announced=_of_each(
            lambda entity_id, version: events.CollectionChanged(collection_id=entity_id, version=version)
        ),
    ),
    EntityKind.PRODUCT_VARIANT: TextTable(name="variants", changed="", part_of="product_id"),
    EntityKind.ATTRIBUTE_DEFINITION: TextTable(
        name="attribute_definitions",
        changed="version = entity.version + 1, updated_at = now()",
        # The products that have it show its words: they follow some hundred a transaction.
        shown_below="INSERT INTO touched_products (product_id) SELECT id FROM products WHERE attributes @> ANY ("
        "SELECT jsonb_build_array(jsonb_build_object('key', substr(id, 5))) FROM unnest(%s::text[]) AS id)",
    ),
}


def _told(table: TextTable, those: LiteralString) -> LiteralString:
    return (
        "UPDATE "  # noqa: S608
        + table.name
        + " AS entity SET "
        + table.changed
        + " WHERE id "
        + those
        + " RETURNING id, version, "
        + table.published
        + " AS published"
    )


async def announce(tx: Connection, table: TextTable, rows: Iterable[Changed]) -> None:
    """What changed, in one statement."""
    if table.announced is not None:
        await outbox.append(tx, table.announced(list(rows)))
