"""Translations, written by the set; what shows them is told in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, LiteralString

import orjson
from psycopg.rows import DictRow

from chassis.database import Connection, Database
from chassis.locale import language_of
from subgraphs.catalog.adapters.postgres import changes
from subgraphs.catalog.adapters.postgres.text_tables import TABLES, TextTable, announce
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.texts import TextWrite, stale
from subgraphs.catalog.domain.translation import (
    SPELLED,
    Term,
    Translation,
    TranslationDraft,
    strange_terms,
    unknown_entity,
)

OF = """
SELECT entity_id AS id, locale, fields, version, updated_at FROM translations
WHERE kind = ANY(%s) AND entity_id = ANY(%s) ORDER BY locale
"""
THERE = """
SELECT entity_id AS id, locale, fields, version, updated_at FROM translations
WHERE kind = %s AND (entity_id, locale) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
WRITE = """
INSERT INTO translations AS translation (kind, entity_id, locale, fields, words)
SELECT row.kind, row.id, row.locale, row.fields,
       setweight(to_tsvector(row.config::regconfig, coalesce(row.fields ->> 'name', '')), 'A')
       || setweight(to_tsvector(row.config::regconfig, coalesce(row.fields ->> 'description', '')), 'D')
FROM jsonb_to_recordset(%s::jsonb) AS row (kind text, id text, locale text, fields jsonb, config text)
ON CONFLICT (kind, entity_id, locale) DO UPDATE
SET fields = excluded.fields, words = excluded.words, version = translation.version + 1, updated_at = now()
"""
DELETE = """
DELETE FROM translations
WHERE kind = %s AND (entity_id, locale) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
LOCALES = "SELECT entity_id AS id, locale FROM translations WHERE kind = %s AND entity_id = ANY(%s)"
TERMS: Mapping[EntityKind, LiteralString] = {
    EntityKind.PRODUCT: """
        SELECT product.id, said ->> 'name' AS option, value FROM products AS product
        CROSS JOIN LATERAL jsonb_array_elements(product.options) AS option (said)
        CROSS JOIN LATERAL jsonb_array_elements_text(said -> 'values') AS listed (value) WHERE product.id = ANY(%(ids)s)
        UNION SELECT product_id, said ->> 'name', said ->> 'value' FROM variants
        CROSS JOIN LATERAL jsonb_array_elements(options) AS option (said) WHERE product_id = ANY(%(ids)s)""",
    EntityKind.ATTRIBUTE_DEFINITION: """
        SELECT id, '' AS option, choice AS value FROM attribute_definitions CROSS JOIN LATERAL unnest(choices) AS choice
        WHERE type = 'CHOICE' AND id = ANY(%(ids)s)""",
}
"""What may be translated by itself: values of other attributes than choices are what products make them."""
CONFIGS = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""PostgreSQL's text search configurations by language; others are searched word by word."""

Key = tuple[str, str]
Texts = Mapping[str, Translation]
"""By locale."""


def search_config(locale: str) -> str:
    return CONFIGS.get(language_of(locale), "simple")


class PostgresTranslations:
    """Fills `app.ports.Translations`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def write(self, drafts: Mapping[int, TranslationDraft], place: str) -> dict[int, TextWrite]:
        """Of valid drafts by their number: refuses unknown ids and stale versions. One without fields goes."""
        by_kind: dict[EntityKind, dict[int, TranslationDraft]] = defaultdict(dict)
        for number, draft in drafts.items():
            if draft.translation.kind is not None:
                by_kind[draft.translation.kind][number] = draft

        async def work(tx: Connection) -> dict[int, TextWrite]:
            written: dict[int, TextWrite] = {}
            for kind, mine in sorted(by_kind.items()):
                written |= await write_translations(tx, kind, mine, place, checked=True)
            return written

        return await self._db.retrying(work)

    async def of(self, ids: Sequence[str]) -> list[list[Translation]]:
        lists: dict[str, list[Translation]] = {each: [] for each in ids}
        async with self._db.reading() as connection:
            kinds = [kind.lower() for kind in TABLES]
            async for row in await connection.execute(OF, [kinds, list(lists)]):
                lists[row["id"]].append(translation_from(row))
        return [lists[each] for each in ids]


async def write_translations(
    tx: Connection, kind: EntityKind, drafts: Mapping[int, TranslationDraft], place: str, *, checked: bool = False
) -> dict[int, TextWrite]:
    """Of valid drafts of one kind, as a part of the caller's transaction; `checked`: with terms it has."""
    table = TABLES[kind]
    keys = [draft.key for draft in drafts.values()]
    places = [[id for id, _ in keys], [locale for _, locale in keys]]  # noqa: A001
    known = {row["id"] async for row in await tx.execute(table.lock, [places[0]])}
    rows = await tx.execute(THERE, [kind.lower(), *places])
    there: dict[Key, DictRow] = {(row["id"], row["locale"]): row async for row in rows}
    words = await _words(tx, kind, drafts) if checked else {}
    outcomes = {
        number: _judge(draft, (place, str(number)), known, there.get(draft.key), words.get(draft.translation.id))
        for number, draft in drafts.items()
    }
    changing = [draft for number, draft in drafts.items() if outcomes[number].changed]
    if changing:
        await _store(tx, kind, changing)
        await _tell(tx, table, sorted({draft.translation.id for draft in changing}))
        await changes.record(tx, [_change(draft, there.get(draft.key)) for draft in changing])
    return outcomes


async def replace_texts(tx: Connection, kind: EntityKind, said: Mapping[str, Texts]) -> set[str]:
    """All translations of these entities, by id, as a part of the caller's transaction; the ids of those that are
    called something else by it."""
    wanted = {(each, locale): replace(text, id=each) for each, texts in said.items() for locale, text in texts.items()}
    there = await tx.execute(LOCALES, [kind.lower(), list(said)])
    gone = {
        (row["id"], row["locale"]): Translation(id=row["id"], locale=row["locale"], fields={}) async for row in there
    }
    drafts = [TranslationDraft(translation=each) for each in {**gone, **wanted}.values()]
    written = await write_translations(tx, kind, dict(enumerate(drafts)), "translations")
    return {each.id for each in written.values() if each.changed}


def stored(translation: Translation) -> dict[str, Any]:
    """As the column `fields` has it."""
    terms: dict[str, dict[str, str]] = {}
    for term, text in translation.terms.items():
        terms.setdefault(term.option, {})[term.value] = text
    return {**translation.fields, "terms": terms} if terms else dict(translation.fields)


def translation_from(row: DictRow) -> Translation:
    """From the columns of `OF`."""
    fields = dict(row["fields"])
    terms = terms_from(fields.pop("terms", {}))
    return Translation(
        id=row["id"], locale=row["locale"], fields=fields, terms=terms, version=row["version"],
        updated_at=row["updated_at"],
    )  # fmt: skip


def said_from(stored: Mapping[str, Mapping[str, Any]]) -> dict[str, Translation]:
    """By locale, from its column `fields`."""
    return {
        locale: translation_from({"id": "", "locale": locale, "fields": fields, "version": 0, "updated_at": None})
        for locale, fields in stored.items()
    }


def terms_from(stored: Mapping[str, Mapping[str, str]]) -> dict[Term, str]:
    return {Term(option=option, value=value): text for option, words in stored.items() for value, text in words.items()}


async def _words(
    tx: Connection, kind: EntityKind, drafts: Mapping[int, TranslationDraft]
) -> dict[str, frozenset[Term]]:
    """What terms may be of, by entity; of those that say nothing of it, nothing."""
    ids = sorted({each.translation.id for each in drafts.values() if each.translation.terms})
    if kind not in TERMS or not ids:
        return {}
    found: dict[str, set[Term]] = {each: set() for each in ids} if kind is EntityKind.PRODUCT else defaultdict(set)
    async for row in await tx.execute(TERMS[kind], {"ids": ids}):
        found[row["id"]] |= {Term(row["option"]), Term(row["option"], row["value"])}
    return {each: frozenset(terms) for each, terms in found.items()}


def _judge(
    draft: TranslationDraft,
    at: tuple[str, ...],
    known: set[str],
    there: DictRow | None,
    words: frozenset[Term] | None,
) -> TextWrite:
    entity_id, locale = draft.key
    if entity_id not in known:
        return TextWrite(id=entity_id, faults=(unknown_entity(entity_id, at),))
    version: int = there["version"] if there else 0
    if draft.expected_version is not None and draft.expected_version != version:
        fault = stale(f"the translation of {entity_id} into {locale}", version, draft.expected_version, at)
        return TextWrite(id=entity_id, faults=(fault,))
    if words is not None:
        # What is translated already may stay: an option may have been renamed since.
        kept = terms_from(there["fields"].get("terms", {})) if there else {}
        if faults := tuple(strange_terms(draft.translation, {*words, *kept}, at)):
            return TextWrite(id=entity_id, faults=faults)
    return TextWrite(id=entity_id, changed=(there["fields"] if there else {}) != stored(draft.translation))


async def _store(tx: Connection, kind: EntityKind, drafts: Sequence[TranslationDraft]) -> None:
    rows = [
        {
            "kind": kind.lower(),
            "id": draft.translation.id,
            "locale": draft.translation.locale,
            "fields": stored(draft.translation),
            "config": search_config(draft.translation.locale),
        }
        for draft in drafts
        if not draft.translation.empty
    ]
    gone = [draft.key for draft in drafts if draft.translation.empty]
    if rows:
        await tx.execute(WRITE, [orjson.dumps(rows).decode()])
    if gone:
        await tx.execute(DELETE, [kind.lower(), [each for each, _ in gone], [locale for _, locale in gone]])


async def _tell(tx: Connection, table: TextTable, ids: Sequence[str]) -> None:
    """Caches and the search index show the entity's texts: it is another one now."""
    rows = await (await tx.execute(table.tell, [list(ids)])).fetchall()
    told = TABLES[EntityKind.PRODUCT] if table.part_of else table
    await announce(tx, told, ((row["id"], row["version"], row["published"]) for row in rows))
    if table.shown_below is not None:
        await tx.execute(table.shown_below, [list(ids)])


def _change(draft: TranslationDraft, there: DictRow | None) -> Change:
    entity_id, locale = draft.key
    version: int = there["version"] if there else 0
    going = draft.translation.empty
    return Change(
        kind=EntityKind.TRANSLATION,
        id=entity_id,
        version=0 if going else version + 1,
        operation="translationsDelete" if going else "translationsUpsert",
        before={f"{locale}.{SPELLED[name]}": text for name, text in (there["fields"] if there else {}).items()},
        after={f"{locale}.{SPELLED[name]}": text for name, text in stored(draft.translation).items()},
    )
