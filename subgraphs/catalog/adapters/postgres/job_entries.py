"""What an import writes of lines that are no products: before them what they rest on, behind them collections."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chassis.database import Connection
from subgraphs.catalog.adapters.postgres.attribute_definitions import define
from subgraphs.catalog.adapters.postgres.category_import import write_categories
from subgraphs.catalog.adapters.postgres.channels import write_channels
from subgraphs.catalog.adapters.postgres.collection_import import write_collections
from subgraphs.catalog.adapters.postgres.stock_locations import save_all
from subgraphs.catalog.adapters.postgres.translations import Texts, replace_texts
from subgraphs.catalog.domain.catalog_file.batches import EntryWrite
from subgraphs.catalog.domain.catalog_file.entries import (
    ATTRIBUTE,
    CATEGORY,
    CHANNEL,
    COLLECTION,
    LOCATION,
    OPERATION,
    Entry,
)
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.product import WriteResult

Entries = Sequence[tuple[int, Entry]]
"""By line."""
Writes = dict[int, EntryWrite]
COLLECTIONS = "SELECT id, slug FROM collections WHERE slug = ANY(%s)"


async def write_before(tx: Connection, entries: Entries) -> Writes:
    """Channels, stock locations, attributes and categories, a set a kind; an outcome a line."""
    writes: Writes = {}
    if mine := _of(entries, CHANNEL):
        results = await write_channels(tx, [each.value for _, each in mine], OPERATION)
        writes |= _by_line(mine, [EntryWrite(result=each) for each in results])
    if mine := _of(entries, LOCATION):
        saved = await save_all(tx, [each.value for _, each in mine])
        writes |= _by_line(mine, [
            EntryWrite(result=WriteResult.UNCHANGED)
            if each is None
            else EntryWrite(result=WriteResult.REFUSED, faults=each.faults)
            if each.location is None
            else EntryWrite(result=WriteResult.CREATED if each.location.version == 1 else WriteResult.UPDATED)
            for each in saved
        ])  # fmt: skip
    if mine := _of(entries, ATTRIBUTE):
        defined = await define(tx, [each.value for _, each in mine])
        found = _by_line(mine, [EntryWrite(result=each.result, faults=each.faults) for each in defined])
        ids = {each.key: f"att_{each.key}" for _, each in mine}
        writes |= await _said(tx, EntityKind.ATTRIBUTE_DEFINITION, mine, found, ids)
    if mine := _of(entries, CATEGORY):
        made, paths = await write_categories(tx, [each.value for _, each in mine])
        ids = {"\x1f".join(path): each for path, each in paths.items()}
        writes |= await _said(tx, EntityKind.CATEGORY, mine, _by_line(mine, made), ids)
    return writes


async def write_behind(tx: Connection, entries: Entries, channel: str) -> Writes:
    """Collections; an outcome a line."""
    mine = _of(entries, COLLECTION)
    if not mine:
        return {}
    written = await write_collections(tx, channel, [each.value for _, each in mine])
    rows = await tx.execute(COLLECTIONS, [[each.key for _, each in mine]])
    ids = {row["slug"]: row["id"] async for row in rows}
    return await _said(tx, EntityKind.COLLECTION, mine, _by_line(mine, written), ids)


async def _said(tx: Connection, kind: EntityKind, entries: Entries, writes: Writes, ids: Mapping[str, str]) -> Writes:
    """The outcomes when the translations of those that were taken are written too; `ids` by the entries' keys."""
    said: dict[str, Texts] = {
        ids[each.key]: each.texts
        for line, each in entries
        if each.texts is not None and writes[line].result is not WriteResult.REFUSED
    }
    changed = await replace_texts(tx, kind, said) if said else set[str]()
    lines = {line for line, each in entries if ids.get(each.key) in changed}
    return {
        line: replace(write, result=WriteResult.UPDATED)
        if line in lines and write.result is WriteResult.UNCHANGED
        else write
        for line, write in writes.items()
    }


def _of(entries: Entries, kind: str) -> list[tuple[int, Any]]:
    return [(line, each) for line, each in entries if each.type == kind]


def _by_line(entries: Entries, writes: Sequence[EntryWrite]) -> Writes:
    return {line: write for (line, _), write in zip(entries, writes, strict=True)}
