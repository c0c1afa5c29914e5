"""Says in other languages what things are called."""

from collections.abc import Sequence
from dataclasses import dataclass

from subgraphs.catalog.app.limits import check_keys
from subgraphs.catalog.app.ports import Translations
from subgraphs.catalog.app.sight import require_editor
from subgraphs.catalog.domain.texts import TextWrite
from subgraphs.catalog.domain.translation import (
    Translation,
    TranslationDraft,
    in_one_spelling,
    translation_faults,
)


@dataclass(frozen=True)
class Translate:
    """One transaction a call, an outcome a translation: a faulty one does not hold back the others."""

    translations: Translations
    own_locale: str
    """What texts are written in at first."""

    async def upsert(self, drafts: Sequence[TranslationDraft]) -> list[TextWrite]:
        """Each replaces the whole translation."""
        return await self._write(drafts, "translations", going=False)

    async def delete(self, drafts: Sequence[TranslationDraft]) -> list[TextWrite]:
        """Repeatable: what is gone stays gone."""
        return await self._write(drafts, "keys", going=True)

    async def listed(self, ids: Sequence[str]) -> list[list[Translation]]:
        """Of each entity, by locale."""
        require_editor()
        check_keys(ids)
        return await self.translations.of(ids)

    async def _write(self, drafts: Sequence[TranslationDraft], place: str, *, going: bool) -> list[TextWrite]:
        require_editor()
        check_keys(drafts)
        drafts = [in_one_spelling(each) for each in drafts]
        faults = translation_faults(drafts, self.own_locale, place, going=going)
        sound = {number: draft for number, draft in enumerate(drafts) if not faults[number]}
        written = await self.translations.write(sound, place) if sound else {}
        return [
            written.get(number) or TextWrite(id=draft.translation.id, faults=faults[number])
            for number, draft in enumerate(drafts)
        ]
