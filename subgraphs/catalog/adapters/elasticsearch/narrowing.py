"""What hits are narrowed to, and how many each further step would leave: filters and facets for Elasticsearch. Pure."""

import re
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.product_index import PAIR, term_of
from subgraphs.catalog.domain.facet import AVAILABILITY, BRAND, CATEGORY, IN_STOCK, LABELS, PRICE, FacetCounts
from subgraphs.catalog.domain.facets import tells_apart
from subgraphs.catalog.domain.number_ranges import from_sortable, number_range, sortable
from subgraphs.catalog.domain.price_ranges import price_value
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import AttributeFilter, SearchRequest

Query = dict[str, Any]

ATTRIBUTE, CHOSEN = "attribute:", "chosen:"
NOTHING: Mapping[str, Any] = {"buckets": ()}
MOST_CATEGORIES = 100
MOST_NUMBERS = 2_000
"""Different numbers of an attribute that ranges are made of; of more, the frequent ones."""
_SPECIAL = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^$]')


def price_field(shop: Shop) -> str:
    return f"prices.{shop.channel}_{shop.currency}"


def filters(request: SearchRequest) -> list[Query]:
    """What holds for hits and every facet alike."""
    found: list[Query] = [{"term": {"channels": request.shop.channel}}]
    if request.category_id:
        found.append({"term": {"category_ids": request.category_id}})
    if request.collection_id:
        wanted = request.collection_id
        found.append({"terms": {"collection_ids": [wanted, f"{wanted}@{request.shop.channel}"]}})
    if request.brands:
        found.append({"terms": {"brand": list(request.brands)}})
    if request.available_for_sale is not None:
        found.append(_stock(request.shop, available=request.available_for_sale))
    bounds = {"gte": request.min_price, "lte": request.max_price}
    given = {bound: value for bound, value in bounds.items() if value is not None}
    if given:
        found.append({"range": {price_field(request.shop): given}})
    return [*found, *(_having(each) for each in request.attributes)]


def _having(wanted: AttributeFilter) -> Query:
    """One of the values, or a number within bounds."""
    if wanted.values:
        return {"bool": {"should": _written(wanted.key, wanted.values), "minimum_should_match": 1}}
    return {"range": {"numbers": _numbers(wanted.key, wanted.low, wanted.high, "lte")}}


def _numbers(key: str, low: float | None, high: float | None, upper: str) -> dict[str, str]:
    """Bounds of the terms of a key's numbers."""
    return {
        "gte": f"{key}{PAIR}{sortable(-inf if low is None else low)}",
        upper: f"{key}{PAIR}{sortable(inf if high is None else high)}",
    }


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
            wanted = [_stock(request.shop, available=value == IN_STOCK) for value in values]
            found[AVAILABILITY] = {"bool": {"should": wanted, "minimum_should_match": 1}}
        elif each.facet == PRICE:
            ranges = [_range(price_field(request.shop), *each) for each in request.chosen_prices]
            found[PRICE] = {"bool": {"should": ranges, "minimum_should_match": 1}}
        else:
            found[each.facet] = _chosen_attribute(each.facet, values)
    return found


def _chosen_attribute(key: str, values: Sequence[str]) -> Query:
    """Values as they are written, and ranges of numbers."""
    ranges = [bounds for value in values if (bounds := number_range(value))]
    ways: list[Query] = [{"range": {"numbers": _numbers(key, low, high, "lt")}} for low, high in ranges]
    return {"bool": {"should": [*ways, *_written(key, values)], "minimum_should_match": 1}}


def _written(key: str, values: Sequence[str]) -> list[Query]:
    """What has one of the values as it is written. Those that make no facet are in a field that is not counted."""
    terms: dict[str, list[str]] = {}
    for value in values:
        terms.setdefault("attributes" if tells_apart(value) else "other_attributes", []).append(term_of(key, value))
    return [{"terms": {name: wanted}} for name, wanted in terms.items()]


def in_stock(shop: Shop) -> Query:
    """For sale in this shop: a variant is in stock and has a price in its currency."""
    return {"term": {"in_stock": {"value": f"{shop.channel}_{shop.currency}"}}}


def _stock(shop: Shop, *, available: bool) -> Query:
    return in_stock(shop) if available else {"bool": {"must_not": in_stock(shop)}}


def _range(name: str, low: int, high: int | None) -> Query:
    return {"range": {name: {"gte": low} if high is None else {"gte": low, "lt": high}}}


def chosen_hits(request: SearchRequest) -> dict[str, Query]:
    """What leaves of the hits those that were chosen, for a request's body."""
    chosen = list(chosen_filters(request).values())
    return {"post_filter": {"bool": {"filter": chosen}}} if chosen else {}


def facet_aggregations(request: SearchRequest) -> dict[str, Query]:
    """Each facet counts under the choices of all *other* facets. Names beside the facets' say which of the request's
    `chosen` they are for: no text of a client is a name, the engine takes not every one."""
    ranges = [
        {"key": price_value(low, high), "from": low}
        if high is None
        else {"key": price_value(low, high), "from": low, "to": high}
        for low, high in request.price_ranges
    ]
    counted: dict[str, Query] = {
        BRAND: {"terms": {"field": "brand", "size": 100}},
        PRICE: {"range": {"field": price_field(request.shop), "ranges": ranges}},
        AVAILABILITY: {
            "filters": {"filters": {"true": _stock(request.shop, available=True)}, "other_bucket_key": "false"}
        },
        "attributes": {"terms": {"field": "attributes", "size": 300}},
    }
    aggregations = {name: _among_others(request, name, aggregation) for name, aggregation in counted.items()}
    for place, each in enumerate(request.chosen):
        if each.facet not in LABELS:
            whole = _terms_of("attributes", each.facet, 100)
            aggregations[f"{ATTRIBUTE}{place}"] = _among_others(request, each.facet, whole)
        if each.facet == BRAND or each.facet not in LABELS:
            # However many others there are, and also those that make no facet by themselves.
            exactly: Query = {"filters": {"filters": [_chosen_value(each.facet, value) for value in each.values]}}
            aggregations[f"{CHOSEN}{place}"] = _among_others(request, each.facet, exactly)
    return aggregations | category_aggregations(request, request.opened_categories)


def category_aggregations(request: SearchRequest, opened: Sequence[str]) -> dict[str, Query]:
    """The roots and what is below each of these; where there is none of them, the categories with most hits. Of a
    large tree those need not have all of a level."""
    most: dict[str, Query] = {CATEGORY: {"terms": {"field": "category_ids", "size": MOST_CATEGORIES}}}
    if opened:
        most = {CATEGORY: {"filters": {"filters": {each: {"term": {"category_ids": each}} for each in opened}}}}
    levels = {
        f"{CATEGORY}:{place}": _terms_of("category_steps", above, MOST_CATEGORIES)
        for place, above in enumerate(("", *opened))
    }
    return {name: _among_others(request, CATEGORY, each) for name, each in (most | levels).items()}


def _chosen_value(facet: str, value: str) -> Query:
    """As it is written."""
    return {"term": {"brand": value}} if facet == BRAND else _written(facet, [value])[0]


def number_aggregations(request: SearchRequest, keys: Sequence[str]) -> dict[str, Query]:
    """Every number of these attributes with its hits, by their places."""
    return {
        str(place): _among_others(request, key, _terms_of("numbers", key, MOST_NUMBERS))
        for place, key in enumerate(keys)
    }


def _terms_of(field: str, key: str, size: int) -> Query:
    prefix = _SPECIAL.sub(lambda match: "\\" + match[0], f"{key}{PAIR}")
    return {"terms": {"field": field, "size": size, "include": f"{prefix}.*"}}


def _among_others(request: SearchRequest, facet: str, aggregation: Query) -> Query:
    others = [each for chosen, each in chosen_filters(request).items() if chosen != facet]
    return {"filter": {"bool": {"filter": others}}, "aggs": {"counted": aggregation}} if others else aggregation


def _buckets(aggregation: Mapping[str, Any]) -> Any:
    """Of an answer to `_among_others`."""
    return aggregation.get("counted", aggregation)["buckets"]


def facet_counts(aggregations: Mapping[str, Any], request: SearchRequest) -> FacetCounts:
    """What the answer to `facet_aggregations` says."""

    def counted(name: str) -> dict[str, int]:
        return {bucket["key"]: bucket["doc_count"] for bucket in _buckets(aggregations[name])}

    told = _buckets(aggregations[AVAILABILITY])
    stock = {value: bucket["doc_count"] for value, bucket in told.items()}
    brands, prices = counted(BRAND), counted(PRICE)
    pairs = {_pair(term): hits for term, hits in counted("attributes").items()}
    for place, each in enumerate(request.chosen):
        exact = [bucket["doc_count"] for bucket in _buckets(aggregations.get(f"{CHOSEN}{place}", NOTHING))]
        chosen = {value: hits for value, hits in zip(each.values, exact, strict=False) if hits}
        if each.facet == BRAND:
            brands |= chosen
        elif each.facet not in LABELS:
            pairs = {pair: hits for pair, hits in pairs.items() if pair[0] != each.facet}
            pairs |= {_pair(term): hits for term, hits in counted(f"{ATTRIBUTE}{place}").items()}
            pairs |= {(each.facet, value): hits for value, hits in chosen.items()}
    return FacetCounts(
        brands=tuple(brands.items()),
        categories=tuple(category_counts(aggregations).items()),
        prices=tuple(prices.get(price_value(*each), 0) for each in request.price_ranges),
        in_stock=stock.get("true", 0),
        sold_out=stock.get("false", 0),
        attributes=tuple((*pair, hits) for pair, hits in pairs.items()),
    )


def only_root(aggregations: Mapping[str, Any], request: SearchRequest) -> list[str]:
    """The root, if it leaves no choice and stands above so many categories that it is not known what is right below."""
    roots = _buckets(aggregations[f"{CATEGORY}:0"])
    unsure = not request.opened_categories and len(_buckets(aggregations[CATEGORY])) >= MOST_CATEGORIES
    return [_pair(roots[0]["key"])[1]] if unsure and len(roots) == 1 else []


def category_counts(aggregations: Mapping[str, Any]) -> dict[str, int]:
    """What the answer to `category_aggregations` says."""
    most = _buckets(aggregations[CATEGORY])
    named = most.items() if isinstance(most, dict) else ((bucket["key"], bucket) for bucket in most)
    counts = {category: bucket["doc_count"] for category, bucket in named}
    for name in aggregations:
        if name.startswith(f"{CATEGORY}:"):
            counts |= {_pair(bucket["key"])[1]: bucket["doc_count"] for bucket in _buckets(aggregations[name])}
    return counts


def _pair(term: str) -> tuple[str, str]:
    key, _, value = term.partition(PAIR)
    return key, value


def number_counts(aggregations: Mapping[str, Any], keys: Sequence[str]) -> dict[str, list[tuple[float, int]]]:
    """What the answer to `number_aggregations` says, ascending."""
    return {
        key: sorted(
            (from_sortable(bucket["key"].rpartition(PAIR)[2]), bucket["doc_count"])
            for bucket in _buckets(aggregations[str(place)])
        )
        for place, key in enumerate(keys)
    }
