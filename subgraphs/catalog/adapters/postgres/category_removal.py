"""How a category is taken away, and where goes what it holds."""

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.categories import SEPARATOR
from subgraphs.catalog.adapters.postgres.tree import (
    BY_PATHS,
    MOVED,
    SIBLINGS,
    announce,
    change_of,
    height_of,
    own_tree,
    transplant,
)
from subgraphs.catalog.domain.arrangement import Written, missing, refused, stale
from subgraphs.catalog.domain.category_writes import CategoryRemoval, TreeNode, depth_faults, taken_name, target_faults
from subgraphs.catalog.domain.product import Fault

CHILDREN = "SELECT id, name, path, ancestor_ids FROM categories WHERE parent_id = %s ORDER BY id FOR UPDATE"
HOLDS_PRODUCTS = "SELECT id FROM products WHERE category_id = %s LIMIT 1"
MOVE_PRODUCTS = "UPDATE products SET category_id = %s WHERE category_id = %s"
RULED_BY = """
SELECT name FROM collections WHERE rules @> jsonb_build_array(jsonb_build_object('category', %s::text)) ORDER BY name
LIMIT 1
"""
DELETE = "DELETE FROM categories WHERE id = %s"
FORGET = "DELETE FROM moved_categories WHERE category_id = %s"


async def remove(tx: Connection, removal: CategoryRemoval) -> Written:
    """Refused while something is in it and it is not told where that goes."""
    targets = (removal.products_to, removal.children_to)
    nodes = await own_tree(tx, [removal.id, *(each for each in targets if each)])
    node = nodes.get(removal.id)
    if node is None:
        return refused(missing("category", removal.id, ("id",)))
    faults = [*target_faults(removal, node, nodes)]
    old = stale("category", node.version, removal.expected_version)
    faults += [old] if old else await _kept_by(tx, node, removal)
    if not faults and removal.children_to:
        faults += await _rehang_children(tx, node, nodes[removal.children_to])
    if faults:
        return refused(*faults)
    await _remove(tx, node, removal)
    return Written(id=node.id)


async def _kept_by(tx: Connection, node: TreeNode, removal: CategoryRemoval) -> list[Fault]:
    """What keeps it from being removed."""
    faults: list[Fault] = []
    if not removal.products_to and await (await tx.execute(HOLDS_PRODUCTS, [node.id])).fetchone():
        message = "the category has products; say in `moveProductsTo` where they go"
        faults.append(Fault(code="NOT_EMPTY", field=("moveProductsTo",), message=message))
    if not removal.children_to and await (await tx.execute(SIBLINGS, [node.id])).fetchone():
        message = "the category has others below it; say in `moveChildrenTo` where they go"
        faults.append(Fault(code="NOT_EMPTY", field=("moveChildrenTo",), message=message))
    rule = await (await tx.execute(RULED_BY, [node.id])).fetchone()
    if rule:
        message = f"a rule of the collection {rule['name']!r} names this category; change it first"
        faults.append(Fault(code="WRONG_STATE", field=("id",), message=message))
    return faults


async def _rehang_children(tx: Connection, node: TreeNode, target: TreeNode) -> list[Fault]:
    children = await (await tx.execute(CHILDREN, [node.id])).fetchall()
    if not children:
        return []
    at = ("moveChildrenTo",)
    faults = [*depth_faults(len(target.path) + await height_of(tx, node) - 1, at)]
    paths = [SEPARATOR.join(target.path_below(child["name"])) for child in children]
    taken = await (await tx.execute(BY_PATHS, [paths])).fetchall()
    faults += [taken_name(tuple(row["path"]), at) for row in taken]
    if not faults:
        moved = [
            (
                child["id"],
                target.id,
                target.path_below(child["name"]),
                (*target.ancestor_ids, child["id"]),
                len(child["path"]),
            )
            for child in children
        ]
        await transplant(tx, moved)
    return faults


async def _remove(tx: Connection, node: TreeNode, removal: CategoryRemoval) -> None:
    if removal.products_to:
        await tx.execute(MOVE_PRODUCTS, [removal.products_to, node.id])
        await tx.execute(MOVED, [[removal.products_to]])
    await tx.execute(FORGET, [node.id])
    await tx.execute(DELETE, [node.id])
    await announce(tx, [(node.id, node.version + 1)])
    before = {"path": node.path, "slug": node.slug}
    after = {
        name: target
        for name, target in (("moveProductsTo", removal.products_to), ("moveChildrenTo", removal.children_to))
        if target
    }
    await changes.record(tx, [change_of("categoryDelete", node.id, node.version + 1, before, after)])
