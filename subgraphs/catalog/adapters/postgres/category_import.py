"""Categories of a catalogue file, written by the set: matched by their paths."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres import categories, changes
from subgraphs.catalog.adapters.postgres.addresses import change_addresses
from subgraphs.catalog.adapters.postgres.tree import announce
from subgraphs.catalog.domain.catalog_file.batches import EntryWrite
from subgraphs.catalog.domain.catalog_file.entries import OPERATION, CategoryRecord
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import WriteResult

THERE = """
SELECT id, description, image, position FROM categories WHERE id = ANY(%s) ORDER BY id FOR UPDATE
"""
PATHS = """
SELECT path FROM categories WHERE path IN (SELECT string_to_array(wanted, chr(31)) FROM unnest(%s::text[]) AS wanted)
"""
WRITE = """
UPDATE categories SET description = row.description, image = row.image, position = row.position, version = version + 1
FROM jsonb_to_recordset(%s::jsonb) AS row (id text, description text, image jsonb, position int)
WHERE categories.id = row.id RETURNING categories.id, version
"""


async def write_categories(
    tx: Connection, records: Sequence[CategoryRecord]
) -> tuple[list[EntryWrite], Mapping[tuple[str, ...], str]]:
    """As a part of the caller's transaction: an outcome each, and the ids by path. Missing ones are made, with those
    above them."""
    await categories.keep_tree(tx)
    rows = await tx.execute(PATHS, [["\x1f".join(each.path) for each in records]])
    known = {tuple(row["path"]) async for row in rows}
    ids = await categories.ensure(tx, [each.path for each in records])
    mine = [ids[each.path] for each in records]
    before = {row.pop("id"): row async for row in await tx.execute(THERE, [mine])}
    after = {ids[each.path]: _columns(each) for each in records}
    changing = {each: columns for each, columns in after.items() if columns != before[each]}
    if changing:
        rows = await tx.execute(WRITE, [orjson.dumps([{"id": key, **each} for key, each in changing.items()]).decode()])
        versions = {row["id"]: row["version"] async for row in rows}
        await announce(tx, list(versions.items()))
        made = [
            Change(
                kind=EntityKind.CATEGORY, id=key, version=versions[key], operation=OPERATION, before=before[key],
                after=each,
            )
            for key, each in changing.items()
        ]  # fmt: skip
        await changes.record(tx, made)
    asked = {number: replace(each.address, id=ids[each.path]) for number, each in enumerate(records)}
    moved = await change_addresses(tx, EntityKind.CATEGORY, asked)
    writes: list[EntryWrite] = []
    for number, each in enumerate(records):
        changed = ids[each.path] in changing or moved[number].changed
        result = WriteResult.UPDATED if changed else WriteResult.UNCHANGED
        faults = tuple(replace(fault, field=fault.field[-1:]) for fault in moved[number].faults)
        writes.append(EntryWrite(result=result if each.path in known else WriteResult.CREATED, faults=faults))
    return writes, ids


def _columns(record: CategoryRecord) -> dict[str, Any]:
    image = orjson.loads(orjson.dumps(record.image)) if record.image else None
    return {"description": record.description, "image": image, "position": record.position}
