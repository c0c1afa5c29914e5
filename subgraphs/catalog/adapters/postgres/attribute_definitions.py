"""What attributes mean. A change of what shoppers can do with one is carried into the search index, a set at a time."""

from collections.abc import Collection, Mapping, Sequence

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.domain.attribute_definition import (
    AttributeDefinition,
    AttributeType,
    DefinitionDraft,
    DefinitionWrite,
)
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Fault, WriteResult

COLUMNS = "SELECT key, label, type, unit, choices, facetable, searchable, version FROM attribute_definitions "
BY_KEYS = COLUMNS + "WHERE key = ANY(%s)"
LOCK = BY_KEYS + " ORDER BY key FOR UPDATE"
PAGE = COLUMNS + "WHERE key > %s ORDER BY key LIMIT %s"
WRITE = """
INSERT INTO attribute_definitions AS definition (key, label, type, unit, choices, facetable, searchable)
SELECT key, label, type, unit, choices, facetable, searchable
FROM jsonb_to_recordset(%s::jsonb)
     AS row (key text, label text, type text, unit text, choices text[], facetable boolean, searchable boolean)
ORDER BY key
ON CONFLICT (key) DO UPDATE SET label = excluded.label, type = excluded.type, unit = excluded.unit,
    choices = excluded.choices, facetable = excluded.facetable, searchable = excluded.searchable,
    version = definition.version + 1, updated_at = now()
RETURNING key, label, type, unit, choices, facetable, searchable, version
"""
DELETE = "DELETE FROM attribute_definitions WHERE key = ANY(%s)"
# The products' rows are as they were: their documents follow by the notes, some hundred a transaction.
NOTE = """
INSERT INTO touched_products (product_id)
SELECT id FROM products WHERE attributes @> ANY (SELECT jsonb_build_array(jsonb_build_object('key', key))
                                                 FROM unnest(%s::text[]) AS key)
"""


async def defined(tx: Connection, keys: Collection[str]) -> dict[str, AttributeDefinition]:
    """Those of the keys that have a definition."""
    if not keys:
        return {}
    return {row["key"]: _definition(row) async for row in await tx.execute(BY_KEYS, [list(keys)])}


class PostgresAttributeDefinitions:
    """Fills `app.product_ports.AttributeDefinitions`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def page(self, after: str, limit: int) -> list[AttributeDefinition]:
        """By key."""
        async with self._db.reading() as connection:
            return [_definition(row) async for row in await connection.execute(PAGE, [after, limit])]

    async def upsert(self, drafts: Sequence[DefinitionDraft]) -> list[DefinitionWrite]:
        """Each by itself: refused when stale, left alone when equal."""

        async def work(tx: Connection) -> list[DefinitionWrite]:
            return await define(tx, drafts)

        return await self._db.retrying(work)

    async def delete(self, keys: Sequence[str], expected: Mapping[str, int]) -> dict[str, int]:
        async def work(tx: Connection) -> dict[str, int]:
            found = {row["key"]: _definition(row) async for row in await tx.execute(LOCK, [list(keys)])}
            before = {key: each for key, each in found.items() if each.version == expected.get(key, each.version)}
            await tx.execute(DELETE, [list(before)])
            await _follow(tx, before, {})
            return {key: each.version for key, each in found.items()}

        return await self._db.retrying(work)


async def define(tx: Connection, drafts: Sequence[DefinitionDraft]) -> list[DefinitionWrite]:
    """`upsert` as a part of the caller's transaction."""
    keys = [each.definition.key for each in drafts]
    before = {row["key"]: _definition(row) async for row in await tx.execute(LOCK, [keys])}
    writes = [_judge(each, before.get(each.definition.key)) for each in drafts]
    changing = [
        each.definition
        for each, write in zip(drafts, writes, strict=True)
        if write.result in (WriteResult.CREATED, WriteResult.UPDATED)
    ]
    if not changing:
        return writes
    rows = await (await tx.execute(WRITE, [orjson.dumps(changing).decode()])).fetchall()
    after = {row["key"]: _definition(row) for row in rows}
    await _follow(tx, before, after)
    return [
        DefinitionWrite(
            result=write.result, faults=write.faults,
            definition=after.get(each.definition.key, before.get(each.definition.key)),
        )
        for each, write in zip(drafts, writes, strict=True)
    ]  # fmt: skip


async def _follow(
    tx: Connection, before: dict[str, AttributeDefinition], after: dict[str, AttributeDefinition]
) -> None:
    """Notes whose documents differ now, and who did it."""
    written = after or before
    # One that goes takes its words in other languages along.
    moved = [key for key in written if key not in after or _shown(before.get(key)) != _shown(after[key])]
    if moved:
        await tx.execute(NOTE, [moved])
    await changes.record(
        tx,
        [
            Change(
                kind=EntityKind.ATTRIBUTE_DEFINITION, id=key, version=each.version,
                operation="attributeDefinitionsUpsert" if after else "attributeDefinitionsDelete",
                before=_fields(before.get(key)), after=_fields(after.get(key)),
            )
            for key, each in written.items()
        ],
    )  # fmt: skip


def _shown(definition: AttributeDefinition | None) -> tuple[bool, bool]:
    """What the index makes of the values; without a definition they are counted and not searched."""
    return (definition.facetable, definition.searchable) if definition else (True, False)


def _judge(draft: DefinitionDraft, existing: AttributeDefinition | None) -> DefinitionWrite:
    version, expected = existing.version if existing else 0, draft.expected_version
    if expected is not None and expected != version:
        message = f"the definition has version {version} now, not {expected}; read it again"
        fault = Fault(code="STALE_VERSION", field=(*draft.at, "expectedVersion"), message=message)
        return DefinitionWrite(result=WriteResult.REFUSED, definition=existing, faults=(fault,))
    if existing is None:
        return DefinitionWrite(result=WriteResult.CREATED)
    same = _fields(existing) == _fields(draft.definition)
    return DefinitionWrite(result=WriteResult.UNCHANGED if same else WriteResult.UPDATED, definition=existing)


def _fields(definition: AttributeDefinition | None) -> dict[str, object]:
    if definition is None:
        return {}
    return {
        "label": definition.label,
        "type": definition.type,
        "unit": definition.unit,
        "choices": list(definition.choices),
        "facetable": definition.facetable,
        "searchable": definition.searchable,
    }


def _definition(row: DictRow) -> AttributeDefinition:
    return AttributeDefinition(
        key=row["key"],
        label=row["label"],
        type=AttributeType(row["type"]),
        unit=row["unit"],
        choices=tuple(row["choices"]),
        facetable=row["facetable"],
        searchable=row["searchable"],
        version=row["version"],
    )
