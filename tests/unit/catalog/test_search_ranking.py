"""The numbers of ranking: the shop's own file, synonyms, other readings of a query, and what a score is made of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from subgraphs.catalog.adapters.elasticsearch.explanation import explained
from subgraphs.catalog.adapters.elasticsearch.query import Plan, ranked_query
from subgraphs.catalog.adapters.elasticsearch.ranking import InvalidRanking, read_ranking
from subgraphs.catalog.adapters.elasticsearch.spelling import best_reading, likest, readings
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SearchRequest, SortField
from subgraphs.catalog.domain.synonyms import Synonyms

RANKING = read_ranking()
SHOP = Shop(channel="web", currency="USD")


def with_file(folder: Path, text: str) -> str:
    path = folder / "search.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_shop_changes_only_what_its_file_says(tmp_path: Path) -> None:
    changed = read_ranking(
        with_file(tmp_path, '[weights]\nname = 5\n[synonyms]\nen = [["sofa", "couch"]]\n[business]\navailable = 0.0\n')
    )
    assert (changed.name, changed.brand, changed.available_boost) == (5, RANKING.brand, 0.0)
    assert changed.synonyms.ways("red sofa") == ["red sofa", "red couch"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[weights]\nnmae = 5", "there is no nmae in [weights]"),
        ("[weigths]\nname = 5", "there is no table [weigths]"),
        ('[weights]\nname = "5"', "must be like 3.0"),
        ("[business]\navailable = 3.0", "they bury what is relevant"),
        ("[business]\npopularity = [0.1]", "one number for each of popularity.bands"),
        ("[popularity]\nhalf_life_days = 0", "must be greater than 0"),
        ('[synonyms]\nen = [["sofa"]]', "a group has two words or more"),
        ("[weights", "search.toml"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InvalidRanking) as refusal:
        read_ranking(with_file(tmp_path, text))
    assert why in str(refusal.value)
    assert "search.toml" in str(refusal.value)


def test_synonyms_read_phrases_and_all_languages() -> None:
    synonyms = Synonyms.of({"en": [["tv", "television set"]], "de": [["TV", "Fernseher"]]})
    assert synonyms.ways("LG tv stand") == ["LG tv stand", "lg television set stand", "lg fernseher stand"]
    assert synonyms.ways("television  set") == ["television  set", "tv"]
    assert synonyms.ways("radio") == ["radio"]


def test_words_are_read_joined_and_parted() -> None:
    assert [each.text for each in readings("lap top bag")][:2] == ["laptop bag", "lap topbag"]
    assert "mouse pad" in [each.text for each in readings("mousepad")]
    assert not readings("dv7-1211ea")
    counts = {"readings": {"buckets": {"a b": {"doc_count": 9}, "ab": {"doc_count": 3}}}}
    assert best_reading(counts, least=8) == "a b"
    assert best_reading(counts, least=9) is None
    assert best_reading({}, least=0) is None


def test_only_unknown_words_are_replaced() -> None:
    known, wrong = {"text": "desk", "options": []}, {"text": "lmap", "options": [{"text": "lamp"}]}
    assert likest([known, wrong], "desk lmap") == "desk lamp"
    assert likest([known], "Desk") is None


def test_what_sells_has_no_say_where_hits_are_sorted_otherwise() -> None:
    def asked(sort: SortField) -> str:
        return json.dumps(
            ranked_query(SearchRequest(query="lamp", shop=SHOP, first=5, sort=sort), Plan(text="lamp"), RANKING)
        )

    assert "popularity" in asked(SortField.RELEVANCE)
    assert "popularity" not in asked(SortField.PRICE)


def test_parts_are_named_for_explanations_alone() -> None:
    def asked(*, explained: bool) -> str:
        request = SearchRequest(query="lamp", shop=SHOP, first=5, want_explanations=explained)
        return json.dumps(ranked_query(request, Plan(text="lamp", loose=True, intent={"c": 1.0}), RANKING))

    assert "_name" in asked(explained=True)
    assert "_name" not in asked(explained=False)


def test_an_explanation_sums_the_best_way_of_reading() -> None:
    named = {
        "0:strict:all": 0.0, "0:strict:name": 8.0, "0:strict:category": 10.0, "1:strict:all": 0.0, "1:strict:name": 2.0,
        "2:strict:name": 99.0, "intent:c": 5.0, "popularity:2": 1.0,
    }  # fmt: skip
    found = explained(0.0, named, "lamp", RANKING)
    added = sum(part.value for part in found.parts if not part.multiplies)
    assert added == pytest.approx(10 + RANKING.tie_breaker * 8 + 5)
    (business,) = [part for part in found.parts if part.multiplies]
    assert business.value == 1 + RANKING.popularity_boosts[1]
