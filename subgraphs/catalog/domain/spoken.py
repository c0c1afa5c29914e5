"""What a product is called in each language of its channels. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from chassis.locale import fallbacks
from subgraphs.catalog.domain.index_document import SpokenTexts

SaidChoices = Mapping[str, Mapping[str, str]]
"""What the choices of an attribute are called, by locale and choice."""


def spoken_texts(
    locales: Iterable[str],
    own_locale: str,
    translations: Mapping[tuple[str, str], Mapping[str, str]],
    *,
    product: tuple[str, str, str | None],
    categories: Sequence[tuple[str, str]],
    attributes: Sequence[tuple[str, SaidChoices]] = (),
) -> dict[str, SpokenTexts]:
    """By locale; each text falls back as it is shown. `translations`: fields by entity id and locale; `product`: its
    id, name and description as written at first; `categories`: id and name from the root; `attributes`: the
    values that are searched. None for the own locale."""
    found: dict[str, SpokenTexts] = {}
    product_id, name, description = product
    for locale in locales:
        chain = fallbacks(locale, own_locale)
        if not chain:
            continue

        def word(entity_id: str, field: str, written: str, ways: tuple[str, ...] = chain) -> str:
            said = (translations.get((entity_id, way), {}).get(field) for way in ways)
            return next((text for text in said if text), written)

        found[locale] = SpokenTexts(
            name=word(product_id, "name", name),
            description=word(product_id, "description", description or "") or None,
            category_path=tuple(word(each, "name", written) for each, written in categories),
            attribute_words=tuple(_choice(value, said, chain) for value, said in attributes),
        )
    return found


def _choice(value: str, said: SaidChoices, ways: Sequence[str]) -> str:
    return next((text for way in ways if (text := said.get(way, {}).get(value))), value)
