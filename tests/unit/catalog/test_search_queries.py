"""How a search is put to Elasticsearch."""

from __future__ import annotations

import json
import re

from subgraphs.catalog.adapters.elasticsearch.narrowing import (
    chosen_filters,
    facet_aggregations,
    filters,
    number_aggregations,
)
from subgraphs.catalog.adapters.elasticsearch.product_index import DEFINITION, source_of
from subgraphs.catalog.adapters.elasticsearch.query import (
    Plan,
    intent_of,
    ranked_query,
)
from subgraphs.catalog.adapters.elasticsearch.ranking import read_ranking
from subgraphs.catalog.domain.product import Attribute, Shop
from subgraphs.catalog.domain.search import AttributeFilter, Chosen, SearchRequest
from tests.unit.catalog.documents import document

RANKING = read_ranking()
SHOP = Shop(channel="web", currency="USD")


def test_the_text_of_a_query_is_only_ever_a_value() -> None:
    text = '"}},{"match_all":{}} name:* OR ('
    query = ranked_query(SearchRequest(query=text, shop=SHOP, first=5), Plan(text=text), RANKING)
    assert json.loads(json.dumps(query)) == query
    assert text in json.dumps(query, ensure_ascii=False).replace('\\"', '"')


def test_a_facet_is_counted_without_its_own_choice() -> None:
    request = SearchRequest(
        query="",
        shop=SHOP,
        first=5,
        chosen=(Chosen(facet="brand", values=("A",)), Chosen(facet="size", values=("L", "M"))),
    )
    chosen = chosen_filters(request)
    counted = facet_aggregations(request)
    assert counted["brand"]["filter"] == {"bool": {"filter": [chosen["size"]]}}
    assert counted["attribute:1"]["filter"] == {"bool": {"filter": [chosen["brand"]]}}
    assert counted["price"]["filter"] == {"bool": {"filter": [chosen["brand"], chosen["size"]]}}


def test_no_text_of_a_client_names_a_part_of_a_request() -> None:
    odd = SearchRequest(query="", shop=SHOP, first=5, chosen=(Chosen(facet="a>[b]", values=("1..2", "x>")),))
    named = facet_aggregations(odd).keys() | number_aggregations(odd, ["a>[b]"]).keys()
    assert all(re.fullmatch(r"[a-z]*:?[0-9]*", name) for name in named)


def test_what_makes_no_facet_is_found_nevertheless() -> None:
    values, others = ["Red", "yes", "", "x" * 41], AttributeFilter(key="k", values=("Red", "yes", "", "x" * 41))
    found = source_of(document(attributes=tuple(Attribute(key="k", label="K", value=value) for value in values)))
    (asked,) = filters(SearchRequest(query="", shop=SHOP, first=5, attributes=(others,)))[1:]
    terms = {name: set(wanted) for way in asked["bool"]["should"] for name, wanted in way["terms"].items()}
    assert terms == {"attributes": set(found["attributes"]), "other_attributes": set(found["other_attributes"])}
    assert len(found["other_attributes"]) == 3
    assert max(map(len, found["other_attributes"])) < 80, "terms are bounded, values are not"


def test_the_first_hits_elect_the_category() -> None:
    votes = ["phones", "cases", "phones", "cases", "phones", None, "cars"]
    meant = intent_of(votes, RANKING)
    assert list(meant) == ["phones", "cases"]
    assert meant["phones"] > meant["cases"]


def test_things_for_the_thing_are_not_demoted_when_asked_for() -> None:
    def demoted(text: str) -> bool:
        return "boosting" in json.dumps(
            ranked_query(SearchRequest(query=text, shop=SHOP, first=5), Plan(text=text), RANKING)
        )

    assert demoted("camera")
    assert not demoted("camera bag")


def test_an_unpublished_product_leaves_nothing_to_find() -> None:
    assert source_of(document(channels=())) == {"id": "prd_1"}


def test_every_field_of_a_document_is_mapped() -> None:
    assert source_of(document()).keys() <= DEFINITION["mappings"]["properties"].keys()
