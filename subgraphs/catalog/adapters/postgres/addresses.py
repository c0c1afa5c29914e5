"""Slugs and what search engines are told. That a changed slug leads on is the database's own doing (0009_texts.sql)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from chassis.errors import Conflict
from subgraphs.catalog.adapters.postgres import changes as record_of_changes
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, TextTable, announce
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.texts import SeoChange, TextWrite, kind_of, stale, unknown

OPERATION = "seoUpdate"
FORMER = """
SELECT entity_id, slug FROM former_slugs WHERE kind = ANY(%s) AND entity_id = ANY(%s) ORDER BY since DESC, slug
"""


class AddressRaced(Conflict):
    """Another write took one of these slugs meanwhile; send the batch again."""

    reason = "ADDRESS_RACED"


class PostgresAddresses:
    """Fills `app.ports.Addresses`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def change(self, changes: Mapping[int, SeoChange]) -> dict[int, TextWrite]:
        """Of valid changes by their number: refuses unknown ids, stale versions and slugs of others."""
        by_kind: dict[EntityKind, dict[int, SeoChange]] = defaultdict(dict)
        for number, change in changes.items():
            if (kind := kind_of(change.id)) is not None:
                by_kind[kind][number] = change

        async def work(tx: Connection) -> dict[int, TextWrite]:
            written: dict[int, TextWrite] = {}
            for kind, mine in sorted(by_kind.items()):
                written |= await change_addresses(tx, kind, mine)
            return written

        try:
            return await self._db.retrying(work)
        except UniqueViolation as error:
            raise AddressRaced from error

    async def former_slugs(self, ids: Sequence[str]) -> list[list[str]]:
        kinds = sorted({kind.lower() for each in ids if (kind := kind_of(each))})
        lists: dict[str, list[str]] = {each: [] for each in ids}
        async with self._db.reading() as connection:
            async for row in await connection.execute(FORMER, [kinds, list(lists)]):
                lists[row["entity_id"]].append(row["slug"])
        return [lists[each] for each in ids]


async def change_addresses(tx: Connection, kind: EntityKind, changes: Mapping[int, SeoChange]) -> dict[int, TextWrite]:
    """Of one kind, as a part of the caller's transaction; an outcome each. Raises UniqueViolation."""
    table = TABLES[kind]
    ids = [change.id for change in changes.values()]
    slugs = [change.slug for change in changes.values() if change.slug is not None]
    known = {row["id"]: row async for row in await tx.execute(_known(table), [ids])}
    owners = {row["slug"]: row["id"] async for row in await tx.execute(_owners(table), [slugs])}
    outcomes = {number: _judge(number, change, known, owners) for number, change in changes.items()}
    after = {
        change.id: _after(change, known[change.id]) for number, change in changes.items() if outcomes[number].changed
    }
    if after:
        columns: list[list[Any]] = [
            list(after),
            *map(list, zip(*(each.values() for each in after.values()), strict=True)),
        ]
        rows = await (await tx.execute(_write(table), columns)).fetchall()
        await announce(tx, table, ((row["id"], row["version"], row["published"]) for row in rows))
        made = [
            Change(
                kind=kind,
                id=row["id"],
                version=row["version"],
                operation=OPERATION,
                before=_values(known[row["id"]]),
                after=after[row["id"]],
            )
            for row in rows
        ]
        await record_of_changes.record(tx, made)
    return outcomes


def _known(table: TextTable) -> LiteralString:
    columns: LiteralString = "SELECT id, slug, seo_title, seo_description, version FROM "
    return columns + table.name + " WHERE id = ANY(%s) ORDER BY id FOR UPDATE"


def _owners(table: TextTable) -> LiteralString:
    return "SELECT slug, id FROM " + table.name + " WHERE slug = ANY(%s)"  # noqa: S608


def _write(table: TextTable) -> LiteralString:
    return (
        "UPDATE "  # noqa: S608
        + table.name
        + " AS entity SET slug = row.slug, seo_title = row.title, seo_description = row.description, "
        + table.changed
        + " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS row (id, slug, title, description)"
        + " WHERE entity.id = row.id RETURNING entity.id, entity.version, "
        + table.published
        + " AS published"
    )


def _judge(number: int, change: SeoChange, known: Mapping[str, DictRow], owners: Mapping[str, str]) -> TextWrite:
    at, row = ("changes", str(number)), known.get(change.id)
    if row is None:
        return TextWrite(id=change.id, faults=(unknown(change.id, at),))
    faults: list[Fault] = []
    if change.expected_version is not None and change.expected_version != row["version"]:
        faults.append(stale(change.id, row["version"], change.expected_version, at))
    if change.slug is not None and (owner := owners.get(change.slug, change.id)) != change.id:
        faults.append(Fault(code="TAKEN", field=(*at, "slug"), message=f"{owner} is at {change.slug!r} already"))
    return TextWrite(id=change.id, faults=tuple(faults), changed=not faults and _after(change, row) != _values(row))


def _values(row: DictRow) -> dict[str, str | None]:
    return {"slug": row["slug"], "seoTitle": row["seo_title"], "seoDescription": row["seo_description"]}


def _after(change: SeoChange, row: DictRow) -> dict[str, str | None]:
    """What is left out stays, what is empty is taken away."""
    asked = {"slug": change.slug, "seoTitle": change.title, "seoDescription": change.description}
    return {name: value if asked[name] is None else asked[name] or None for name, value in _values(row).items()}
