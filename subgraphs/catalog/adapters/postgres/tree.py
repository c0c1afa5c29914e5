"""The category tree's shape: how it is had alone, cut, rehung and arranged. Called in a writer's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from emporium.events.v1 import events_pb2 as events
from psycopg.rows import DictRow

from chassis import outbox
from chassis.database import Connection
from subgraphs.catalog.adapters.postgres.categories import SEPARATOR, TOPIC, TREE_LOCK
from subgraphs.catalog.adapters.postgres.rows import image_from
from subgraphs.catalog.domain.arrangement import spliced
from subgraphs.catalog.domain.category_writes import Path, TreeNode, taken_name
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Fault, Image

OWN_TREE = "SELECT pg_advisory_xact_lock(%s)"
NODES = """
SELECT id, name, slug, coalesce(parent_id, '') AS parent_id, path, ancestor_ids, version, description,
       image::text, position
FROM categories WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""
HEIGHT = """
SELECT coalesce(max(cardinality(path)), 0) - %s AS height FROM categories WHERE ancestor_ids @> ARRAY[%s::text]
"""
BY_PATHS = "SELECT path FROM categories WHERE path IN (SELECT string_to_array(p, chr(31)) FROM unnest(%s::text[]) AS p)"
SIBLINGS = "SELECT id FROM categories WHERE coalesce(parent_id, '') = %s ORDER BY position, name, id"
# The whole subtree at once: each path and line of ancestors keeps its end below the category and gets a new beginning.
TRANSPLANT = """
UPDATE categories
SET path = moved.path || categories.path[moved.depth + 1:],
    ancestor_ids = moved.ancestors || categories.ancestor_ids[moved.depth + 1:],
    parent_id = CASE WHEN categories.id = moved.id THEN nullif(moved.parent, '') ELSE parent_id END,
    name = CASE WHEN categories.id = moved.id THEN moved.path[cardinality(moved.path)] ELSE name END,
    position = CASE WHEN categories.id <> moved.id OR coalesce(parent_id, '') = moved.parent THEN position END,
    version = version + 1
FROM (
    SELECT id, parent, string_to_array(path, chr(31)) AS path, string_to_array(ancestors, chr(31)) AS ancestors, depth
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::int[]) AS m (id, parent, path, ancestors, depth)
) AS moved
WHERE categories.ancestor_ids @> ARRAY[moved.id]
RETURNING categories.id, categories.version
"""
MOVED = """
INSERT INTO moved_categories (category_id) SELECT id FROM unnest(%s::text[]) AS id ORDER BY id
ON CONFLICT (category_id) DO UPDATE SET reached = ''
"""
PLACES = """
UPDATE categories SET position = wanted.place - 1,
                      version = version + CASE WHEN categories.id = ANY(%s) THEN 1 ELSE 0 END
FROM unnest(%s::text[]) WITH ORDINALITY AS wanted (id, place)
WHERE categories.id = wanted.id AND position IS DISTINCT FROM wanted.place - 1
RETURNING categories.id, categories.version, categories.id = ANY(%s) AS asked
"""

Columns = tuple[str, str, Path, Path, int]
"""Of a category that is transplanted: id, new parent, new path, new ancestors, depth it had."""


async def own_tree(tx: Connection, ids: Sequence[str]) -> dict[str, TreeNode]:
    """Those of the categories that exist. From here on the transaction has the tree's shape alone."""
    await tx.execute(OWN_TREE, [TREE_LOCK])
    rows = await (await tx.execute(NODES, [list(ids)])).fetchall()
    return {row["id"]: _node(row) for row in rows}


def _node(row: DictRow) -> TreeNode:
    values: dict[str, Any] = {
        **row,
        "path": tuple(row["path"]),
        "ancestor_ids": tuple(row["ancestor_ids"]),
        "image": image_from(row["image"]),
    }
    return TreeNode(**values)


def image_text(image: Image | None) -> str | None:
    return orjson.dumps(image).decode() if image and image.url else None


async def height_of(tx: Connection, node: TreeNode) -> int:
    row = await (await tx.execute(HEIGHT, [len(node.path) - 1, node.id])).fetchone()
    return int(row["height"]) if row else 1


async def names_taken(tx: Connection, path: Path) -> list[Fault]:
    found = await (await tx.execute(BY_PATHS, [[SEPARATOR.join(path)]])).fetchall()
    return [taken_name(path, ("name",))] if found else []


async def transplant(tx: Connection, moved: Sequence[Columns]) -> dict[str, int]:
    """Gives subtrees their new beginning, in one statement; the versions of all in them."""
    columns: list[list[Any]] = [
        [each[0] for each in moved],
        [each[1] for each in moved],
        [SEPARATOR.join(each[2]) for each in moved],
        [SEPARATOR.join(each[3]) for each in moved],
        [each[4] for each in moved],
    ]
    rows = await (await tx.execute(TRANSPLANT, columns)).fetchall()
    versions = {row["id"]: row["version"] for row in rows}
    await tx.execute(MOVED, [list(versions)])
    await announce(tx, list(versions.items()))
    return versions


async def place(
    tx: Connection, parent_id: str, moved: Sequence[str], position: int, *, asked: Sequence[str]
) -> dict[str, int]:
    """Numbers all children of the parent anew; the versions of those `asked` for that changed. Theirs alone rise: to
    make room is no change of a category."""
    order = [row["id"] async for row in await tx.execute(SIBLINGS, [parent_id])]
    wanted = spliced(order, moved, position)
    rows = await (await tx.execute(PLACES, [list(asked), wanted, list(asked)])).fetchall()
    versions = {row["id"]: row["version"] for row in rows if row["asked"]}
    await announce(tx, list(versions.items()))
    return versions


def change_of(
    operation: str, category_id: str, version: int, before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Change:  # fmt: skip
    return Change(
        kind=EntityKind.CATEGORY,
        id=category_id,
        operation=operation,
        version=version,
        before=before or {},
        after=after or {},
    )


async def announce(tx: Connection, versions: Sequence[tuple[str, int]]) -> None:
    await outbox.append(
        tx,
        [
            outbox.Event(
                topic=TOPIC,
                aggregate_id=category_id,
                sequence=version,
                message=events.CategoryChanged(category_id=category_id, version=version),
            )
            for category_id, version in versions
        ],
    )
