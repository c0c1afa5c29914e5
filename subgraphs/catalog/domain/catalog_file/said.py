"""What a record says in other languages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from chassis.locale import canonical_locale
from subgraphs.catalog.domain.catalog_file.values import BadRecord, shown
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.texts import text_fault
from subgraphs.catalog.domain.translation import LONGEST, OF_KIND, Term, Translation, term_faults

Texts = Mapping[str, Translation]
"""By locale; the entity's id is known when it is written."""


def texts_of(given: Any, kind: EntityKind = EntityKind.PRODUCT) -> Texts:
    """Raises BadRecord."""
    if not isinstance(given, dict):
        raise BadRecord("translations", f"{shown(given)} is no object", 'write {"de": {"name": "Lampe"}}')
    found: dict[str, Translation] = {}
    for locale, fields in cast("dict[str, Any]", given).items():
        at = f"translations.{locale[:40]}"
        spelled = canonical_locale(locale)
        if spelled is None:
            raise BadRecord(at, "is no language tag", "write one such as de or de-AT")
        if not isinstance(fields, dict) or not fields or set(cast("dict[str, Any]", fields)) - set(OF_KIND[kind]):
            raise BadRecord(at, f"{shown(fields)} are no texts", f"name some of {', '.join(OF_KIND[kind])}")
        texts = dict(cast("dict[str, Any]", fields))
        terms = dict(_terms(texts.pop("terms", []), at))
        for fault in term_faults(terms, ("terms",)):
            raise BadRecord(f"{at}.terms", fault.message, "mend the value")
        said = {name: _text(value, name, at) for name, value in texts.items()}
        found[spelled] = Translation(id="", locale=spelled, fields=said, terms=terms)
    return found


def texts_written(texts: Texts) -> dict[str, Any]:
    """As `texts_of` reads them."""
    return {
        locale: {**said.fields, "terms": list(_terms_written(said.terms))} if said.terms else dict(said.fields)
        for locale, said in texts.items()
    }


def _terms(given: Any, at: str) -> Iterator[tuple[Term, str]]:
    if not isinstance(given, list):
        raise BadRecord(f"{at}.terms", f"{shown(given)} is no list", 'write [{"value": "Red", "text": "Rot"}]')
    for each in cast("list[Any]", given):
        word: dict[str, Any] = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
        if not word.get("text") or not all(isinstance(value, str) for value in word.values()):
            raise BadRecord(f"{at}.terms", f"{shown(each)} is no term", 'write {"value": "Red", "text": "Rot"}')
        yield Term(option=word.get("option", ""), value=word.get("value", "")), word["text"]


def _terms_written(terms: Mapping[Term, str]) -> Iterable[dict[str, str]]:
    for term, text in sorted(terms.items()):
        yield {name: each for name, each in (("option", term.option), ("value", term.value), ("text", text)) if each}


def _text(value: Any, name: str, at: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadRecord(f"{at}.{name}", f"{shown(value)} is no text", "write it in quotes, or leave it out")
    if fault := text_fault(value, LONGEST[name], (name,)):
        raise BadRecord(f"{at}.{name}", fault.message, "shorten it")
    return value
