"""Texts of an entity in another language than they were written in. Pure."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from chassis.locale import canonical_locale, language_of
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.texts import KINDS, text_fault, unknown

FIELDS = ("name", "description", "seo_title", "seo_description")
"""What is translated of what has a page: also names of columns."""
TRANSLATED = {**KINDS, "var": EntityKind.PRODUCT_VARIANT, "att": EntityKind.ATTRIBUTE_DEFINITION}
"""What has texts, by the prefix of its id. That of an attribute is att_ and its key."""
OF_KIND: Mapping[EntityKind, tuple[str, ...]] = {
    EntityKind.PRODUCT: (*FIELDS, "terms"),
    EntityKind.CATEGORY: FIELDS,
    EntityKind.COLLECTION: FIELDS,
    EntityKind.PRODUCT_VARIANT: ("name",),
    EntityKind.ATTRIBUTE_DEFINITION: ("name", "unit", "terms"),
}
"""What there is to translate. The name of an attribute is its label."""
LONGEST = {"name": 1_000, "description": 50_000, "seo_title": 300, "seo_description": 1_000, "unit": 100}
"""Characters."""
LONGEST_TERM = 300
MOST_TERMS = 1_000
SPELLED = {
    "name": "name", "description": "description", "seo_title": "seoTitle", "seo_description": "seoDescription",
    "unit": "unit", "terms": "terms",
}  # fmt: skip
"""In the graph."""


class Term(NamedTuple):
    """A word that is translated by itself: an option of a product, a value of one, or a choice of an attribute."""

    option: str = ""
    """As it was written at first; empty for a choice."""
    value: str = ""
    """Empty for the option itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Translation:
    """All that is said of an entity in one locale; what is left out falls back."""

    id: str
    """The entity's."""
    locale: str
    fields: Mapping[str, str]
    """By the names of LONGEST."""
    terms: Mapping[Term, str] = field(default_factory=dict[Term, str])
    version: int = 0
    updated_at: datetime | None = None

    @property
    def kind(self) -> EntityKind | None:
        return TRANSLATED.get(self.id.partition("_")[0])

    @property
    def empty(self) -> bool:
        return not self.fields and not self.terms


@dataclass(frozen=True, kw_only=True, slots=True)
class TranslationDraft:
    """A translation as it is to be; an empty one is to go."""

    translation: Translation
    expected_version: int | None = None
    """Of the translation; 0: it must be new."""

    @property
    def key(self) -> tuple[str, str]:
        return self.translation.id, self.translation.locale


def in_one_spelling(draft: TranslationDraft) -> TranslationDraft:
    """The same, with its locale as it is compared and without empty texts."""
    given = draft.translation
    fields = {name: text for name, text in given.fields.items() if text.strip()}
    terms = {term: text for term, text in given.terms.items() if text.strip()}
    locale = canonical_locale(given.locale) or given.locale
    return replace(draft, translation=replace(given, locale=locale, fields=fields, terms=terms))


def translation_faults(
    drafts: Sequence[TranslationDraft], own_locale: str, place: str, *, going: bool
) -> list[tuple[Fault, ...]]:
    """Of each draft, in order, in one spelling; twins in one batch are refused at their second place."""
    keys = Counter[tuple[str, str]]()
    found: list[tuple[Fault, ...]] = []
    for number, draft in enumerate(drafts):
        at = (place, str(number))
        faults = [*_faults(draft.translation, own_locale, at, going=going)]
        keys[draft.key] += 1
        if keys[draft.key] > 1:
            message = f"{draft.translation.id} stands twice in this batch for {draft.translation.locale}"
            faults.append(Fault(code="TAKEN", field=(*at, "locale"), message=message))
        found.append(tuple(faults))
    return found


def _faults(given: Translation, own_locale: str, at: tuple[str, ...], *, going: bool) -> Iterator[Fault]:
    if given.kind is None:
        yield unknown_entity(given.id, at)
    if canonical_locale(given.locale) is None:
        message = f"{given.locale[:40]!r} is no language tag such as de or de-AT"
        yield Fault(code="INVALID", field=(*at, "locale"), message=message)
    elif given.locale in (own_locale, language_of(own_locale)):
        message = f"texts are written in {own_locale} at first: change the entity itself"
        yield Fault(code="INVALID", field=(*at, "locale"), message=message)
    if not going and given.empty:
        message = "a translation has at least one text; `translationsDelete` takes it away"
        yield Fault(code="REQUIRED", field=(*at, "name"), message=message)
    for name, text in given.fields.items():
        fault = text_fault(text, LONGEST[name], (*at, SPELLED[name]))
        if fault is not None:
            yield fault
    if given.kind is not None:
        yield from _foreign(given, given.kind, at)
    yield from term_faults(given.terms, (*at, "terms"))


def unknown_entity(entity_id: str, at: tuple[str, ...]) -> Fault:
    return unknown(entity_id, at, among="product, category, collection, variant or attribute")


def _foreign(given: Translation, kind: EntityKind, at: tuple[str, ...]) -> Iterator[Fault]:
    """What this kind has no text of."""
    for name in (*given.fields, *(("terms",) if given.terms else ())):
        if name not in OF_KIND[kind]:
            known = ", ".join(SPELLED[each] for each in OF_KIND[kind])
            message = f"{given.id[:60]} has no {SPELLED[name]} to translate; it has {known}"
            yield Fault(code="INVALID", field=(*at, SPELLED[name]), message=message)
    if any(bool(term.option) != (kind is EntityKind.PRODUCT) for term in given.terms):
        message = "a term of a product names an option, and one of an attribute its value alone"
        yield Fault(code="INVALID", field=(*at, "terms"), message=message)


def strange_terms(given: Translation, known: Container[Term], at: tuple[str, ...]) -> Iterator[Fault]:
    """Of terms that nothing of the entity is called."""
    for term in given.terms:
        if term not in known:
            said = ": ".join(repr(each[:60]) for each in term if each)
            message = f"{given.id[:60]} has no {'option' if term.option else 'choice'} {said}; spell it as it is there"
            yield Fault(code="NOT_FOUND", field=(*at, "terms"), message=message)


def term_faults(terms: Mapping[Term, str], at: tuple[str, ...]) -> Iterator[Fault]:
    """Of terms that no database or page can hold."""
    if len(terms) > MOST_TERMS:
        yield Fault(code="LIMIT_REACHED", field=at, message=f"at most {MOST_TERMS:,} terms")
    for term, text in terms.items():
        for name, each in (("option", term.option), ("value", term.value), ("text", text)):
            fault = text_fault(each, LONGEST_TERM, (*at, name))
            if fault is not None:
                yield fault
        if not any(term):
            yield Fault(code="REQUIRED", field=(*at, "value"), message="a term names an option, a value or both")
