"""What staff makes of collections."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from emporium.events.v1 import events_pb2 as events
from psycopg.errors import UniqueViolation

from chassis import outbox
from chassis.database import Connection, Database
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.categories import TOPIC
from subgraphs.catalog.adapters.postgres.collections import COLUMNS, collection_from
from subgraphs.catalog.adapters.postgres.memberships import judge_alone, judge_collections
from subgraphs.catalog.adapters.postgres.tree import image_text
from subgraphs.catalog.domain.arrangement import Written, missing, refused, spliced, stale
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.collection import (
    MOST_ARRANGED,
    Collection,
    CollectionChange,
    CollectionProducts,
    CollectionRules,
    NewCollection,
)
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.slug import slugify, told_apart

FOR_UPDATE = COLUMNS + "\nFROM collections AS collection WHERE id = %(id)s FOR UPDATE"
SLUG_OWNER = "SELECT id FROM collections WHERE slug = %s"
CATEGORIES = "SELECT id FROM categories WHERE id = ANY(%s)"
INSERT = """
INSERT INTO collections (id, name, slug, description, image, published, channels, match, rules)
VALUES (%(id)s, %(name)s, %(slug)s, %(description)s, %(image)s, %(published)s, %(channels)s, %(match)s, %(rules)s)
"""
UPDATE = """
UPDATE collections SET name = %(name)s, slug = %(slug)s, description = %(description)s, image = %(image)s,
                       published = %(published)s, channels = %(channels)s, match = %(match)s, rules = %(rules)s,
                       version = version + 1, updated_at = now()
WHERE id = %(id)s
"""
BUMP = "UPDATE collections SET version = version + 1, updated_at = now() WHERE id = %s"
DELETE = "DELETE FROM collections WHERE id = %s"
ORDER = "SELECT product_id FROM collection_products WHERE collection_id = %s ORDER BY position, product_id DESC"
KNOWN = "SELECT id FROM products WHERE id = ANY(%s)"
PUT = """
INSERT INTO collection_products AS member (collection_id, product_id, position)
SELECT %s, id, place - 1 FROM unnest(%s::text[]) WITH ORDINALITY AS wanted (id, place)
ON CONFLICT (collection_id, product_id) DO UPDATE SET position = excluded.position
WHERE member.position <> excluded.position
"""
TAKE_OUT = "DELETE FROM collection_products WHERE collection_id = %s AND product_id = ANY(%s)"
TOUCH = "INSERT INTO touched_products (product_id) SELECT unnest(%s::text[])"
TOUCH_ALL = (
    "INSERT INTO touched_products (product_id) SELECT product_id FROM collection_products WHERE collection_id = %s"
)

T = TypeVar("T")


class PostgresCollectionWrites:
    """Fills `app.shelf_ports.CollectionWrites`."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel

    async def create(self, made: NewCollection) -> Written:
        async def work(tx: Connection) -> Written:
            if made.rules:
                await judge_alone(tx)
            slug, faults = await _slug(tx, made.slug, made.name)
            faults += [*await _unknown_products(tx, made.product_ids), *await _unknown_categories(tx, made.rules)]
            if faults:
                return refused(*faults)
            collection_id = new_id("col")
            values = {"name": made.name, "slug": slug, "description": made.description or None, "image": made.image,
                      "published": made.published, "channels": made.channels, "rules": made.rules}  # fmt: skip
            await tx.execute(INSERT, _columns(collection_id, values))
            if made.rules:
                await judge_collections(tx, self._channel, [collection_id])
            elif made.product_ids:
                await tx.execute(PUT, [collection_id, list(made.product_ids)])
                await tx.execute(TOUCH, [list(made.product_ids)])
            await _announce(tx, collection_id, 1)
            await _record(tx, "collectionCreate", collection_id, 1, {}, {"name": made.name, "slug": slug})
            return Written(id=collection_id)

        return await self._writing(work)

    async def update(self, change: CollectionChange) -> Written:
        async def work(tx: Connection) -> Written:
            if change.rules:
                await judge_alone(tx)
            found = await _found(tx, change.id, change.expected_version, ("id",))
            if isinstance(found, Fault):
                return refused(found)
            faults = [*await _unknown_categories(tx, change.rules)]
            if change.slug is not None and change.slug != found.slug:
                faults += (await _slug(tx, change.slug, ""))[1]
            if change.rules and not found.rules:
                message = "the products of this collection are put in by hand; make another one for rules"
                faults.append(Fault(code="WRONG_STATE", field=("rules",), message=message))
            if faults:
                return refused(*faults)
            before = _values(found)
            after = _changed(before, change)
            if before != after:
                await self._write(tx, found, before, after)
            return Written(id=found.id)

        return await self._writing(work)

    async def _write(
        self, tx: Connection, found: Collection, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        await tx.execute(UPDATE, _columns(found.id, after))
        if before["rules"] != after["rules"]:
            await judge_collections(tx, self._channel, [found.id])
        if (before["published"], before["channels"]) != (after["published"], after["channels"]):
            # A search document names the collections that show its product.
            await tx.execute(TOUCH_ALL, [found.id])
        await _announce(tx, found.id, found.version + 1)
        await _record(tx, "collectionUpdate", found.id, found.version + 1, before, after)

    async def delete(self, collection_id: str, expected_version: int | None) -> Written:
        async def work(tx: Connection) -> Written:
            found = await _found(tx, collection_id, expected_version, ("id",))
            if isinstance(found, Fault):
                return refused(found)
            await tx.execute(TOUCH_ALL, [found.id])
            await tx.execute(DELETE, [found.id])
            await _announce(tx, found.id, found.version + 1)
            await _record(tx, "collectionDelete", found.id, found.version + 1, _values(found), {})
            return Written(id=found.id)

        return await self._writing(work)

    async def add(self, asked: CollectionProducts) -> Written:
        async def arranged(tx: Connection, order: list[str]) -> list[str] | list[Fault]:
            fresh = [each for each in asked.product_ids if each not in set(order)]
            faults = await _unknown_products(tx, asked.product_ids)
            if len(order) + len(fresh) > MOST_ARRANGED:
                message = f"a collection holds at most {MOST_ARRANGED:,} products put in by hand"
                faults.append(Fault(code="LIMIT_REACHED", field=("productIds",), message=message))
            return faults or spliced(order, fresh, asked.position)

        return await self._arrange("collectionProductsAdd", asked, arranged)

    async def remove(self, asked: CollectionProducts) -> Written:
        async def arranged(_: Connection, order: list[str]) -> list[str] | list[Fault]:
            going = set(asked.product_ids)
            return [each for each in order if each not in going]

        return await self._arrange("collectionProductsRemove", asked, arranged)

    async def reorder(self, asked: CollectionProducts) -> Written:
        async def arranged(_: Connection, order: list[str]) -> list[str] | list[Fault]:
            there = set(order)
            faults = [
                Fault(code="NOT_FOUND", field=("productIds", str(index)), message=f"{each} is not in the collection")
                for index, each in enumerate(asked.product_ids)
                if each not in there
            ]
            return faults or spliced(order, asked.product_ids, asked.position)

        return await self._arrange("collectionProductsReorder", asked, arranged)

    async def _arrange(
        self,
        operation: str,
        asked: CollectionProducts,
        arranged: Callable[[Connection, list[str]], Awaitable[list[str] | list[Fault]]],
    ) -> Written:
        async def work(tx: Connection) -> Written:
            found = await _found(tx, asked.id, asked.expected_version, ("id",))
            if isinstance(found, Fault):
                return refused(found)
            if found.rules:
                message = "rules decide what is in this collection; change them instead"
                return refused(Fault(code="WRONG_STATE", field=("id",), message=message))
            before = [row["product_id"] async for row in await tx.execute(ORDER, [found.id])]
            after = await arranged(tx, before)
            faults = [each for each in after if isinstance(each, Fault)]
            if faults:
                return refused(*faults)
            order = [each for each in after if isinstance(each, str)]
            if order != before:
                await _rearrange(tx, found, before, order)
                told = {"productIds": list(asked.product_ids), "position": asked.position, "count": len(order)}
                await _record(tx, operation, found.id, found.version + 1, {"count": len(before)}, told)
            return Written(id=found.id)

        return await self._writing(work)

    async def _writing(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        try:
            return await self._db.retrying(work)
        except UniqueViolation:
            # Another collection took the slug meanwhile; the second look finds it.
            return await self._db.retrying(work)


async def _found(tx: Connection, collection_id: str, expected: int | None, at: tuple[str, ...]) -> Collection | Fault:
    row = await (await tx.execute(FOR_UPDATE, {"id": collection_id, "locales": []})).fetchone()
    if row is None:
        return missing("collection", collection_id, at)
    return stale("collection", row["version"], expected) or collection_from(row, 0)


async def _slug(tx: Connection, wanted: str | None, name: str) -> tuple[str, list[Fault]]:
    """The slug asked for, or one made of the name; the latter is never taken."""
    slug = wanted or slugify(name) or told_apart("", name)
    taken = await (await tx.execute(SLUG_OWNER, [slug])).fetchone()
    if taken and wanted:
        return slug, [Fault(code="TAKEN", field=("slug",), message=f"the slug {slug!r} belongs to another collection")]
    return (told_apart(slug, new_id("col")) if taken else slug), []


async def _unknown_products(tx: Connection, ids: Sequence[str]) -> list[Fault]:
    if not ids:
        return []
    known = {row["id"] async for row in await tx.execute(KNOWN, [list(ids)])}
    return [missing("product", each, ("productIds", str(index))) for index, each in enumerate(ids) if each not in known]


async def _unknown_categories(tx: Connection, rules: CollectionRules | None) -> list[Fault]:
    named = {index: rule.category for index, rule in enumerate(rules.rules) if rule.category} if rules else {}
    if not named:
        return []
    known = {row["id"] async for row in await tx.execute(CATEGORIES, [list(named.values())])}
    return [
        missing("category", each, ("rules", "rules", str(index), "categoryId"))
        for index, each in named.items()
        if each not in known
    ]


async def _rearrange(tx: Connection, found: Collection, before: list[str], after: list[str]) -> None:
    there, wanted = set(before), set(after)
    gone, come = [each for each in before if each not in wanted], [each for each in after if each not in there]
    if gone:
        await tx.execute(TAKE_OUT, [found.id, gone])
    await tx.execute(PUT, [found.id, after])
    if gone or come:
        await tx.execute(TOUCH, [[*gone, *come]])
    await tx.execute(BUMP, [found.id])
    await _announce(tx, found.id, found.version + 1)


def _values(found: Collection) -> dict[str, Any]:
    return {
        "name": found.name, "slug": found.slug, "description": found.description, "image": found.image,
        "published": found.published, "channels": found.channels, "rules": found.rules,
    }  # fmt: skip


def _changed(before: Mapping[str, Any], change: CollectionChange) -> dict[str, Any]:
    """The values after the change: None stays, empty texts and pictures are taken away."""
    given = {name: getattr(change, name) for name in before if getattr(change, name) is not None}
    if change.description is not None:
        given["description"] = change.description or None
    if change.image is not None:
        given["image"] = change.image if change.image.url else None
    return {**before, **given}


def _columns(collection_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    rules: CollectionRules | None = values["rules"]
    return {
        **values,
        "id": collection_id,
        "channels": list(values["channels"]),
        "image": image_text(values["image"]),
        "match": rules.match if rules else None,
        "rules": orjson.dumps(rules.rules).decode() if rules else None,
    }


async def _record(
    tx: Connection,
    operation: str,
    collection_id: str,
    version: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    change = Change(
        kind=EntityKind.COLLECTION, id=collection_id, operation=operation, version=version, before=before, after=after
    )
    await changes.record(tx, [change])


async def _announce(tx: Connection, collection_id: str, version: int) -> None:
    message = events.CollectionChanged(collection_id=collection_id, version=version)
    await outbox.append(tx, [outbox.Event(topic=TOPIC, aggregate_id=collection_id, sequence=version, message=message)])
