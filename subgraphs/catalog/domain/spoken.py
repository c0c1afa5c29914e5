"""What a product is called in each language of its channels. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from chassis.locale import fallbacks
from subgraphs.catalog.domain.index_document import SpokenTexts


def spoken_texts(
    locales: Iterable[str],
    own_locale: str,
    translations: Mapping[tuple[str, str], Mapping[str, str]],
    *,
    product: tuple[str, str, str | None],
    categories: Sequence[tuple[str, str]],
) -> dict[str, SpokenTexts]:
    """By locale; each text falls back as it is shown. `translations`: fields by entity id and locale; `product`: its
    id, name and description as written at first; `categories`: id and name from the root. None for the own locale."""
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
        )
    return found
