"""Searches said in other languages, and the mapping that holds their texts. Pure."""

from typing import Any

from subgraphs.catalog.adapters.elasticsearch.languages import LANGUAGES, heard, said_in
from subgraphs.catalog.adapters.elasticsearch.product_index import DEFINITION
from subgraphs.catalog.domain.index_document import SpokenTexts
from subgraphs.catalog.domain.spoken import spoken_texts


def test_fields_are_said_in_the_language_and_what_was_typed_stays() -> None:
    body: dict[str, Any] = {
        "query": {
            "bool": {
                "must": [
                    {"multi_match": {"query": "name", "fields": ["name", "brand.words", "codes"]}},
                    {"match": {"name.exact": "description"}},
                ],
                "filter": [{"term": {"channels": "name"}}],
            }
        },
        "sort": [{"name.sortable": {"order": "asc"}}, {"id": {"order": "asc"}}],
        "suggest": {"words": {"text": "name", "term": {"field": "name.exact"}}},
        "aggs": {"words": {"filters": {"filters": {"name": {"match": {"category_path": "x"}}}}}},
        "source": ["name"],
    }
    said = said_in("de-AT", body)
    assert said["query"]["bool"] == {
        "must": [
            {"multi_match": {"query": "name", "fields": ["texts.de_AT.name", "texts.de_AT.brand", "codes"]}},
            {"match": {"texts.de_AT.name.exact": "description"}},
        ],
        "filter": [{"term": {"channels": "name"}}],
    }
    assert said["sort"][0] == {"texts.de_AT.name.sortable": {"order": "asc", "unmapped_type": "keyword"}}
    assert said["suggest"] == {"words": {"text": "name", "term": {"field": "texts.de_AT.name.exact"}}}
    assert said["aggs"]["words"]["filters"]["filters"] == {"name": {"match": {"texts.de_AT.category_path": "x"}}}
    assert said["source"] == ["texts.de_AT.name"]


def test_the_answer_is_heard_under_the_names_that_were_asked() -> None:
    hit = {"_source": {"texts": {"de_": {"name": "Schuh"}}}, "highlight": {"texts.de_.name": ["<em>Schuh</em>"]}}
    (found,) = heard("de", {"hits": {"hits": [hit]}})["hits"]["hits"]
    assert found == {"_source": {"name": "Schuh"}, "highlight": {"name": ["<em>Schuh</em>"]}}


def test_the_mapping_has_templates_of_languages_not_fields_of_locales() -> None:
    templates = [next(iter(each)) for each in DEFINITION["mappings"]["dynamic_templates"]]
    assert len(templates) == 1 + 2 * (len(LANGUAGES) + 1)
    assert templates[-2:] == ["texts_name", "texts"], "what has no stemmer of its own comes last"
    assert DEFINITION["mappings"]["properties"]["texts"] == {"type": "object", "dynamic": True}


def test_texts_of_a_locale_fall_back_as_they_are_shown() -> None:
    translations = {
        ("prd_1", "de"): {"name": "Turnschuh", "description": "Leicht."},
        ("prd_1", "de-AT"): {"name": "Sportschuh"},
        ("cat_1", "de"): {"name": "Schuhe"},
    }
    found = spoken_texts(
        ["de-AT", "en", "fr"], "en", translations,
        product=("prd_1", "Sneaker", None), categories=[("cat_1", "Shoes"), ("cat_2", "Sneakers")],
    )  # fmt: skip
    assert found == {
        "de-AT": SpokenTexts(name="Sportschuh", description="Leicht.", category_path=("Schuhe", "Sneakers")),
        "fr": SpokenTexts(name="Sneaker", description=None, category_path=("Shoes", "Sneakers")),
    }
