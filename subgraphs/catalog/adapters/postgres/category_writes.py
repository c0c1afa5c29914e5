"""What staff makes of the category tree. One at a time: who changes its shape has it alone."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from psycopg.errors import UniqueViolation

from chassis.database import Connection, Database
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.categories import SEPARATOR
from subgraphs.catalog.adapters.postgres.category_removal import remove
from subgraphs.catalog.adapters.postgres.tree import (
    announce,
    change_of,
    height_of,
    image_text,
    names_taken,
    own_tree,
    place,
    transplant,
)
from subgraphs.catalog.domain.arrangement import Written, missing, refused, stale
from subgraphs.catalog.domain.category_writes import (
    CategoriesOrder,
    CategoryChange,
    CategoryMove,
    CategoryRemoval,
    NewCategory,
    Path,
    TreeNode,
    depth_faults,
    move_faults,
    order_faults,
    taken_name,
)
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.slug import category_slug, told_apart

T = TypeVar("T")

SLUG_OWNER = "SELECT id FROM categories WHERE slug = %s"
INSERT = """
INSERT INTO categories (id, parent_id, name, slug, path, ancestor_ids, description, image)
VALUES (%(id)s, %(parent)s, %(name)s, %(slug)s, %(path)s, %(ancestors)s, %(description)s, %(image)s)
"""
TEXTS = """
UPDATE categories SET name = %(name)s, slug = %(slug)s, description = %(description)s, image = %(image)s,
                      version = version + 1
WHERE id = %(id)s RETURNING id, version
"""


class PostgresCategoryWrites:
    """Fills `app.shelf_ports.CategoryWrites`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def create(self, made: NewCategory) -> Written:
        async def work(tx: Connection) -> Written:
            nodes = await own_tree(tx, [made.parent_id])
            parent = nodes.get(made.parent_id)
            if made.parent_id and parent is None:
                return refused(missing("category", made.parent_id, ("parentId",)))
            path = parent.path_below(made.name) if parent else (made.name,)
            faults = [*depth_faults(len(path), ("parentId",)), *await names_taken(tx, path)]
            slug, slug_faults = await _slug(tx, made.slug, path)
            if faults or slug_faults:
                return refused(*faults, *slug_faults)
            category_id = new_id("cat")
            row = {
                "id": category_id, "parent": made.parent_id or None, "name": made.name, "slug": slug,
                "path": list(path), "ancestors": [*(parent.ancestor_ids if parent else ()), category_id],
                "description": made.description or None, "image": image_text(made.image),
            }  # fmt: skip
            await tx.execute(INSERT, row)
            await announce(tx, [(category_id, 1)])
            if made.position is not None:
                await place(tx, made.parent_id, [category_id], made.position, asked=[])
            await changes.record(tx, [change_of("categoryCreate", category_id, 1, after={"path": path, "slug": slug})])
            return Written(id=category_id)

        return await self._writing(work)

    async def update(self, change: CategoryChange) -> Written:
        async def work(tx: Connection) -> Written:
            node = (await own_tree(tx, [change.id])).get(change.id)
            if node is None:
                return refused(missing("category", change.id, ("id",)))
            old = stale("category", node.version, change.expected_version)
            if old:
                return refused(old)
            name = change.name if change.name is not None else node.name
            path = (*node.path[:-1], name)
            faults = await names_taken(tx, path) if path != node.path else []
            if change.slug is not None and change.slug != node.slug:
                faults += (await _slug(tx, change.slug, path))[1]
            if faults:
                return refused(*faults)
            after = {
                "name": name,
                "slug": change.slug if change.slug is not None else node.slug,
                "description": node.description if change.description is None else change.description or None,
                "image": node.image if change.image is None else change.image if change.image.url else None,
            }
            before = {"name": node.name, "slug": node.slug, "description": node.description, "image": node.image}
            if before != after:
                version = await _write_texts(tx, node, path, after)
                await changes.record(tx, [change_of("categoryUpdate", node.id, version, before, after)])
            return Written(id=node.id)

        return await self._writing(work)

    async def move(self, move: CategoryMove) -> Written:
        async def work(tx: Connection) -> Written:
            nodes = await own_tree(tx, [move.id, move.parent_id])
            node, parent = nodes.get(move.id), nodes.get(move.parent_id)
            if node is None:
                return refused(missing("category", move.id, ("id",)))
            if move.parent_id and parent is None:
                return refused(missing("category", move.parent_id, ("parentId",)))
            path = parent.path_below(node.name) if parent else (node.name,)
            faults = [*move_faults(move, node, parent, await height_of(tx, node))]
            if not faults and path != node.path:
                faults += [taken_name(path, ("parentId",)) for _ in await names_taken(tx, path)]
            if faults:
                return refused(*faults)
            version = node.version
            if move.parent_id != node.parent_id:
                ancestors = (*(parent.ancestor_ids if parent else ()), node.id)
                version = (await transplant(tx, [(node.id, move.parent_id, path, ancestors, len(node.path))]))[node.id]
            position = await _position_of(tx, move.parent_id, node.id, move.position)
            version = max(version, position.get(node.id, 0))
            before = {"parentId": node.parent_id, "path": node.path, "position": node.position}
            after = {"parentId": move.parent_id, "path": path, "position": move.position}
            await changes.record(tx, [change_of("categoryMove", node.id, version, before, after)])
            return Written(id=node.id)

        return await self._writing(work)

    async def reorder(self, order: CategoriesOrder) -> tuple[Fault, ...]:
        async def work(tx: Connection) -> tuple[Fault, ...]:
            nodes = await own_tree(tx, order.ids)
            faults = [*order_faults(order, nodes)]
            if faults:
                return tuple(faults)
            placed = await place(tx, order.parent_id, order.ids, 0, asked=order.ids)
            recorded = [
                change_of(
                    "categoriesReorder", each, placed[each], {"position": nodes[each].position}, {"position": position}
                )
                for position, each in enumerate(order.ids)
                if each in placed
            ]
            await changes.record(tx, recorded)
            return ()

        return await self._writing(work)

    async def delete(self, removal: CategoryRemoval) -> Written:
        return await self._writing(lambda tx: remove(tx, removal))

    async def _writing(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        try:
            return await self._db.retrying(work)
        except UniqueViolation:
            # Slugs are given without the tree's lock too; the second look finds who has it.
            return await self._db.retrying(work)


async def _slug(tx: Connection, wanted: str | None, path: Path) -> tuple[str, list[Fault]]:
    """The slug asked for, or one made of the path; the latter is never taken."""
    slug = wanted or category_slug(path)
    taken = await (await tx.execute(SLUG_OWNER, [slug])).fetchone()
    if taken and wanted:
        return slug, [Fault(code="TAKEN", field=("slug",), message=f"the slug {slug!r} belongs to another category")]
    return (told_apart(slug, SEPARATOR.join(path) + new_id("cat")) if taken else slug), []


async def _write_texts(tx: Connection, node: TreeNode, path: Path, after: Mapping[str, Any]) -> int:
    """The version it has then."""
    columns = {**after, "id": node.id, "image": image_text(after["image"])}
    await tx.execute(TEXTS, columns)
    if path != node.path:
        return (await transplant(tx, [(node.id, node.parent_id, path, node.ancestor_ids, len(node.path))]))[node.id]
    await announce(tx, [(node.id, node.version + 1)])
    return node.version + 1


async def _position_of(tx: Connection, parent_id: str, category_id: str, position: int | None) -> dict[str, int]:
    if position is None:
        return {}
    return await place(tx, parent_id, [category_id], position, asked=[category_id])
