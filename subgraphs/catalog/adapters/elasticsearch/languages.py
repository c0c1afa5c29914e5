"""Texts in other languages in the index, and searches of them.

Every document has the texts of its channels' locales beside those written at first, analysed by their language, below
`texts.de_AT`. Queries name the fields written at first; on their way to the engine they are said in the language of the
shop. So all languages are ranked by the same query, and the mapping has as many fields as the channels have locales.
"""

from copy import deepcopy
from typing import Any

from chassis.locale import language_of
from subgraphs.catalog.domain.index_document import IndexDocument

LANGUAGES = {
    "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french", "it": "italian",
    "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ru": "russian", "sv": "swedish",
}  # fmt: skip
"""What both the embedded engine and a full distribution can stem, equally; others are searched word by word."""
SPOKEN = {
    "name": "name",
    "name.exact": "name.exact",
    "name.beginnings": "name.beginnings",
    "name.sortable": "name.sortable",
    "description": "description",
    "category_path": "category_path",
    "brand.words": "brand",
    "attribute_words": "attribute_words",
}
"""Where a field's words are below a locale, by the field that queries name."""
SORTED = "name.sortable"


def with_languages(definition: dict[str, Any]) -> dict[str, Any]:
    """The index's settings and mapping with an analyser a language, and a template for each one's fields."""
    made = deepcopy(definition)
    analysis = made["settings"]["index"]["analysis"]
    templates: list[dict[str, Any]] = []
    for code, language in LANGUAGES.items():
        analysis["filter"][f"{code}_stop"] = {"type": "stop", "stopwords": f"_{language}_"}
        analysis["filter"][f"{code}_stemmer"] = {"type": "stemmer", "language": language}
        analysis["analyzer"][f"words_{code}"] = {
            "tokenizer": "standard",
            "filter": ["lowercase", f"{code}_stop", f"{code}_stemmer", "asciifolding"],
        }
        templates += _templates(f"texts_{code}", f"texts.{code}_", f"words_{code}", made)
    templates += _templates("texts", "texts.", "exact", made)
    made["mappings"]["dynamic_templates"] += templates
    made["mappings"]["properties"]["texts"] = {"type": "object", "dynamic": True}
    return made


def _templates(name: str, place: str, analyzer: str, definition: dict[str, Any]) -> list[dict[str, Any]]:
    """A name is found by its beginnings too, like the one written at first."""
    named = definition["mappings"]["properties"]["name"] | {"analyzer": analyzer}
    plain = {"type": "text", "analyzer": analyzer}
    return [
        {f"{name}_name": {"path_match": f"{place}*.name", "match_mapping_type": "string", "mapping": named}},
        {name: {"path_match": f"{place}*.*", "match_mapping_type": "string", "mapping": plain}},
    ]


def texts_of(document: IndexDocument) -> dict[str, Any]:
    """What is below `texts`, by locale."""
    return {
        _key(locale): {
            "name": spoken.name,
            "description": spoken.description,
            "category_path": spoken.category_path,
            "brand": document.brand,
            "attribute_words": spoken.attribute_words,
        }
        for locale, spoken in document.texts.items()
    }


def said_in(locale: str, body: Any, *, within: str = "") -> Any:
    """The search with its text fields in this language; what shoppers typed stays, also where it is a key."""
    if isinstance(body, dict):
        return {
            (key if within == "filters" else _field(key, locale)): _unmapped(key, said_in(locale, value, within=key))
            for key, value in body.items()
        }
    if isinstance(body, list):
        named = within in ("fields", "source")
        return [_field(each, locale) if named and isinstance(each, str) else said_in(locale, each) for each in body]
    return _field(body, locale) if within == "field" and isinstance(body, str) else body


def heard(locale: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer under the names that were asked for."""
    back = {_field(name, locale): name for name in SPOKEN}
    for hit in answer.get("hits", {}).get("hits", ()):
        if "highlight" in hit:
            hit["highlight"] = {back.get(name, name): found for name, found in hit["highlight"].items()}
        if "texts" in hit.get("_source", {}):
            hit["_source"] |= hit["_source"].pop("texts")[_key(locale)]
    return answer


def _key(locale: str) -> str:
    """ "de-AT" → "de_AT", "de" → "de_": no language begins like another one."""
    language = language_of(locale)
    return f"{language}_{locale[len(language) + 1 :]}"


def _field(name: str, locale: str) -> str:
    return f"texts.{_key(locale)}.{SPOKEN[name]}" if name in SPOKEN else name


def _unmapped(key: str, value: Any) -> Any:
    """A language that no document has yet sorts nothing, instead of being an error."""
    return value | {"unmapped_type": "keyword"} if key == SORTED and isinstance(value, dict) else value
