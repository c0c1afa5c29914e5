"""Texts of an entity in another language than they were written in. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.locale import canonical_locale, language_of
from subgraphs.catalog.domain.change import EntityKind
from subgraphs.catalog.domain.product import Fault
from subgraphs.catalog.domain.texts import kind_of, text_fault, unknown

FIELDS = ("name", "description", "seo_title", "seo_description")
"""What is translated: also names of columns."""
LONGEST = {"name": 1_000, "description": 50_000, "seo_title": 300, "seo_description": 1_000}
"""Characters."""
SPELLED = {"name": "name", "description": "description", "seo_title": "seoTitle", "seo_description": "seoDescription"}
"""In the graph."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Translation:
    """All that is said of an entity in one locale; what is left out falls back."""

    id: str
    """The entity's."""
    locale: str
    fields: Mapping[str, str]
    """By the names of FIELDS."""
    version: int = 0
    updated_at: datetime | None = None

    @property
    def kind(self) -> EntityKind | None:
        return kind_of(self.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class TranslationDraft:
    """A translation as it is to be; none of its fields: it is to go."""

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
    return replace(
        draft, translation=replace(given, locale=canonical_locale(given.locale) or given.locale, fields=fields)
    )


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
        yield unknown(given.id, at)
    if canonical_locale(given.locale) is None:
        message = f"{given.locale[:40]!r} is no language tag such as de or de-AT"
        yield Fault(code="INVALID", field=(*at, "locale"), message=message)
    elif given.locale in (own_locale, language_of(own_locale)):
        message = f"texts are written in {own_locale} at first: change the entity itself"
        yield Fault(code="INVALID", field=(*at, "locale"), message=message)
    if not going and not given.fields:
        message = "a translation has at least one text; `translationsDelete` takes it away"
        yield Fault(code="REQUIRED", field=(*at, "name"), message=message)
    for name, text in given.fields.items():
        fault = text_fault(text, LONGEST[name], (*at, SPELLED[name]))
        if fault is not None:
            yield fault
