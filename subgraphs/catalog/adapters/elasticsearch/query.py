"""From a search to Elasticsearch's query language. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.product_index import PAIR
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import (
    AVAILABILITY,
    BRAND,
    CATEGORY,
    IN_STOCK,
    LABELS,
    PRICE,
    SearchRequest,
    SortField,
    price_range,
    price_steps,
    price_value,
)

Query = dict[str, Any]

_SPECIAL = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$]')
_WORD = re.compile(r"\w+")
_CODE = re.compile(r"(?=\S*\d)\S{4,}")
"""What may be a model number: "aa" would find every model that ends in AA."""


def price_field(shop: Shop) -> str:
    return f"prices.{shop.channel}_{shop.currency}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a query is going to be asked."""

    text: str
    """As spelled by the catalogue."""
    loose: bool = False
    """Any word counts: too little has them all."""
    intent: Mapping[str, float] = field(default_factory=dict[str, float])
    """The categories it means, with the share of the votes."""


def words_query(text: str, ranking: Ranking, *, loose: bool = False) -> Query:
    """What matches the words, and how well."""
    if not text:
        return {"match_all": {}}
    strict = _matching(text, ranking, ranking.minimum_should_match)
    if not loose:
        return strict
    best = {"bool": {"must": [strict], "boost": ranking.strict_boost}}
    return {"bool": {"should": [best, _matching(text, ranking, "1")], "minimum_should_match": 1}}


def _matching(text: str, ranking: Ranking, minimum: str) -> Query:
    """The words may be spread over the fields; how well they match is told by the best field."""
    weights = {
        "name": ranking.name, "brand.words": ranking.brand, "category_path": ranking.category,
        "description": ranking.description,
    }  # fmt: skip
    spread = {
        "query": text, "type": "cross_fields", "fields": list(weights), "minimum_should_match": minimum,
    }  # fmt: skip
    score = {
        "query": text, "type": "best_fields", "fields": [f"{name}^{weight}" for name, weight in weights.items()],
        "tie_breaker": ranking.tie_breaker,
    }  # fmt: skip
    phrase = {"query": text, "slop": ranking.phrase_slop, "boost": ranking.phrase_boost}
    ways: list[Query] = [{"multi_match": spread}]
    if _CODE.search(text):
        # Model numbers and SKUs, whole or in parts, need not stand in any of the fields above.
        ways.append({"match": {"codes": {"query": text, "operator": "and"}}})
    return {
        "bool": {
            "filter": [{"bool": {"should": ways, "minimum_should_match": 1}}],
            "should": [{"multi_match": score}, {"match_phrase": {"name": phrase}}],
        }
    }


def ranked_query(request: SearchRequest, plan: Plan, ranking: Ranking) -> Query:
    """The words, the categories they mean, and things *for* the sought thing below the thing itself."""
    words = words_query(plan.text, ranking, loose=plan.loose)
    if plan.intent:
        lifts = [
            {"constant_score": {"filter": {"term": {"category_id": category}}, "boost": ranking.intent_boost * share}}
            for category, share in plan.intent.items()
        ]
        words = {"bool": {"must": [words], "should": lifts}}
    asked = {word.lower() for word in _WORD.findall(plan.text)}
    if plan.text and not asked & {*ranking.accessory_words, *ranking.accessory_categories}:
        accessory = [
            {"match": {"name.exact": " ".join(ranking.accessory_words)}},
            {"match": {"category_path": " ".join(ranking.accessory_categories)}},
        ]
        words = {
            "boosting": {
                "positive": words,
                "negative": {"bool": {"should": accessory}},
                "negative_boost": ranking.demotion,
            }
        }
    return {"bool": {"must": [words], "filter": filters(request)}}


def filters(request: SearchRequest) -> list[Query]:
    """What holds for hits and every facet alike."""
    found: list[Query] = [{"term": {"channels": request.shop.channel}}]
    if request.category_id:
        found.append({"term": {"category_ids": request.category_id}})
    if request.brands:
        found.append({"terms": {"brand": list(request.brands)}})
    if request.available_for_sale is not None:
        found.append(_stock(request.shop, in_stock=request.available_for_sale))
    bounds = {"gte": request.min_price, "lte": request.max_price}
    given = {bound: value for bound, value in bounds.items() if value is not None}
    if given:
        found.append({"range": {price_field(request.shop): given}})
    return found


def chosen_filters(request: SearchRequest) -> dict[str, Query]:
    """One filter a facet that something is chosen of."""
    found: dict[str, Query] = {}
    for each in request.chosen:
        values = list(each.values)
        if not values:
            continue
        if each.facet == BRAND:
            found[BRAND] = {"terms": {"brand": values}}
        elif each.facet == CATEGORY:
            found[CATEGORY] = {"terms": {"category_ids": values}}
        elif each.facet == AVAILABILITY:
            wanted = [_stock(request.shop, in_stock=value == IN_STOCK) for value in values]
            found[AVAILABILITY] = {"bool": {"should": wanted, "minimum_should_match": 1}}
        elif each.facet == PRICE:
            ranges = [_range(price_field(request.shop), *price_range(value)) for value in values]
            found[PRICE] = {"bool": {"should": ranges, "minimum_should_match": 1}}
        else:
            found[each.facet] = {"terms": {"attributes": [f"{each.facet}{PAIR}{value}" for value in values]}}
    return found


def _stock(shop: Shop, *, in_stock: bool) -> Query:
    """For sale in this shop: in stock, and with a price in its currency."""
    sold = [{"term": {"available": True}}, {"exists": {"field": price_field(shop)}}]
    return {"bool": {"filter": sold}} if in_stock else {"bool": {"must_not": {"bool": {"filter": sold}}}}


def _range(name: str, low: int, high: int | None) -> Query:
    return {"range": {name: {"gte": low} if high is None else {"gte": low, "lt": high}}}


def facet_aggregations(request: SearchRequest) -> dict[str, Query]:
    """Each facet counts under the choices of all *other* facets."""
    chosen = chosen_filters(request)
    ranges = [
        {"key": price_value(low, high), "from": low}
        if high is None
        else {"key": price_value(low, high), "from": low, "to": high}
        for low, high in price_steps(request.shop.currency)
    ]
    counted: dict[str, Query] = {
        BRAND: {"terms": {"field": "brand", "size": 100}},
        CATEGORY: {"terms": {"field": "category_ids", "size": 100}},
        PRICE: {"range": {"field": price_field(request.shop), "ranges": ranges}},
        AVAILABILITY: {
            "filters": {"filters": {"true": _stock(request.shop, in_stock=True)}, "other_bucket_key": "false"}
        },
        "attributes": {"terms": {"field": "attributes", "size": 300}},
    }
    for facet in chosen.keys() - LABELS.keys():
        prefix = _SPECIAL.sub(lambda match: "\\" + match[0], f"{facet}{PAIR}")
        counted[f"attribute:{facet}"] = {"terms": {"field": "attributes", "size": 100, "include": f"{prefix}.*"}}
    return {
        name: {
            "filter": {
                "bool": {
                    "filter": [each for facet, each in chosen.items() if name not in (facet, f"attribute:{facet}")]
                }
            },
            "aggs": {"counted": aggregation},
        }
        for name, aggregation in counted.items()
    }


def sort_of(request: SearchRequest) -> list[Query]:
    """With the id last, so that every hit has one place."""
    direction = "desc" if request.descending else "asc"
    match request.sort:
        case SortField.PRICE:
            first: Query = {
                price_field(request.shop): {"order": direction, "missing": "_last", "unmapped_type": "long"}
            }
        case SortField.NAME:
            first = {"name.sortable": {"order": direction, "missing": "_last"}}
        case SortField.CREATED_AT:
            first = {"created_at": {"order": direction}}
        case _:
            first = {"_score": {"order": "desc"}}
    return [first, {"id": {"order": "asc"}}]


HIGHLIGHT: Query = {
    "encoder": "html",
    "pre_tags": ["<em>"],
    "post_tags": ["</em>"],
    "fields": {
        "name": {"number_of_fragments": 0},
        "description": {"number_of_fragments": 1, "fragment_size": 160},
    },
}


def intent_of(votes: Sequence[str | None], ranking: Ranking) -> dict[str, float]:
    """The categories that the first hits speak for, by share of the votes; an early hit's vote weighs more."""
    weights: dict[str, float] = {}
    for rank, category in enumerate(votes):
        if category:
            weights[category] = weights.get(category, 0.0) + 1 / (rank + 2)
    total = sum(weights.values())
    return {category: weight / total for category, weight in weights.items() if weight / total >= ranking.least_share}
