"""From a search to Elasticsearch's query language. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from subgraphs.catalog.adapters.elasticsearch.narrowing import Query, filters, in_stock, price_field
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.found import Rescue
from subgraphs.catalog.domain.search import SearchRequest, SortField

_WORD = re.compile(r"\w+")
_CODE = re.compile(r"(?=\S*\d)\S{4,}")
"""What may be a model number: "aa" would find every model that ends in AA."""


MATCHES = "all"
"""Names the part that decides whether a way of reading matches at all."""
FIELDS = {"name": "name", "brand": "brand.words", "category": "category_path", "description": "description"}
"""The weights of the settings, by the field they are for."""
ATTRIBUTES = "attribute_words"
"""Values of the attributes that staff made searchable; they weigh like words of the description."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a query is going to be asked."""

    text: str
    """As spelled by the catalogue."""
    loose: bool = False
    """Any word counts: too little has them all."""
    intent: Mapping[str, float] = field(default_factory=dict[str, float])
    """The categories it means, with the share of the votes."""
    rescue: Rescue | None = None
    alike: tuple[str, ...] = ()
    """Products that are hits too, because they mean about that: no product has all the words."""

    @property
    def instead(self) -> str | None:
        """The category whose products are shown because nothing has the words."""
        return self.rescue.category_id if self.rescue else None

    def is_literal(self, query: str) -> bool:
        """Whether the query finds what it asks for as it is written."""
        return self.text == query and not self.loose and not self.rescue


def words_query(text: str, ranking: Ranking, *, loose: bool = False, named: bool = False) -> Query:
    """What matches the words, or what means the same, and how well. Its parts are `named` for `explanation`: the engine
    scores each of them anew for it."""
    ways = ranking.synonyms.ways(text) if text else []
    if not ways:
        return {"match_all": {}}
    queries = [_way(way, ranking, str(number) if named else "", loose=loose) for number, way in enumerate(ways)]
    if len(queries) == 1:
        return queries[0]
    others = [{"bool": {"must": [each], "boost": ranking.synonym_weight}} for each in queries[1:]]
    return {"dis_max": {"queries": [queries[0], *others]}}


def _way(text: str, ranking: Ranking, name: str, *, loose: bool) -> Query:
    strict = _matching(text, ranking, ranking.minimum_should_match, name and f"{name}:strict")
    if not loose:
        return strict
    best = {"bool": {"must": [strict], "boost": ranking.strict_boost}}
    return {
        "bool": {"should": [best, _matching(text, ranking, "1", name and f"{name}:loose")], "minimum_should_match": 1}
    }


def _matching(text: str, ranking: Ranking, minimum: str, name: str) -> Query:
    """The words may be spread over the fields; how well they match is told by the best field."""
    spread = {
        "query": text, "type": "cross_fields", "fields": [*FIELDS.values(), ATTRIBUTES],
        "minimum_should_match": minimum,
    }  # fmt: skip
    scores: list[Query] = [
        {"match": {found_in: {"query": text, "boost": getattr(ranking, part), **_named(name, part)}}}
        for part, found_in in FIELDS.items()
    ]
    scores.append({"match": {ATTRIBUTES: {"query": text, "boost": ranking.description}}})
    phrase = {
        "query": text, "slop": ranking.phrase_slop, "boost": ranking.phrase_boost, **_named(name, "phrase"),
    }  # fmt: skip
    ways: list[Query] = [{"multi_match": spread}]
    if _CODE.search(text):
        # Model numbers and SKUs, whole or in parts, need not stand in any of the fields above.
        ways.append({"match": {"codes": {"query": text, "operator": "and"}}})
    return {
        "bool": {
            "filter": [{"bool": {"should": ways, "minimum_should_match": 1, **_named(name, MATCHES)}}],
            "should": [
                {"dis_max": {"queries": scores, "tie_breaker": ranking.tie_breaker}},
                {"match_phrase": {"name": phrase}},
            ],
        }
    }


def _named(name: str, part: str) -> dict[str, str]:
    return {"_name": f"{name}:{part}"} if name else {}


def ranked_query(request: SearchRequest, plan: Plan, ranking: Ranking) -> Query:
    """The words, the categories they mean, things *for* the sought thing below the thing itself, and what sells."""
    named = request.want_explanations
    words = _hits(plan, ranking, named=named)
    if plan.intent:
        lifts = [
            {
                "constant_score": {
                    "filter": {"term": {"category_id": category}},
                    "boost": ranking.intent_boost * share,
                    **(_named("intent", category) if named else {}),
                }
            }
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
                "negative": {"bool": {"should": accessory, **({"_name": "accessory"} if named else {})}},
                "negative_boost": ranking.demotion,
            }
        }
    if request.sort is SortField.RELEVANCE:
        words = _with_business(words, request, ranking)
    return {"bool": {"must": [words], "filter": _limits(request, plan)}}


def matching_query(request: SearchRequest, plan: Plan, ranking: Ranking) -> Query:
    """The hits of `ranked_query` without their order: what is only counted need not be scored."""
    return {"bool": {"filter": [_hits(plan, ranking, named=False), *_limits(request, plan)]}}


def _hits(plan: Plan, ranking: Ranking, *, named: bool) -> Query:
    """Those by meaning alone come last as long as words decide: their score is 0."""
    words = words_query("" if plan.instead else plan.text, ranking, loose=plan.loose, named=named)
    if not plan.alike:
        return words
    alike = {"constant_score": {"filter": {"ids": {"values": list(plan.alike)}}, "boost": 0}}
    return {"bool": {"should": [words, alike], "minimum_should_match": 1}}


def _limits(request: SearchRequest, plan: Plan) -> list[Query]:
    limits = filters(request)
    return [*limits, {"term": {"category_ids": plan.instead}}] if plan.instead else limits


def _with_business(words: Query, request: SearchRequest, ranking: Ranking) -> Query:
    """Multiplied by 1 and something: bounded, and a hit that matches twice as well stays twice as good."""
    bought: Query = {"filter": in_stock(request.shop), "weight": ranking.available_boost}
    sold: list[Query] = [
        {"filter": {"term": {"popularity": {"value": band}}}, "weight": boost}
        for band, boost in enumerate(ranking.popularity_boosts, start=1)
    ]
    if request.want_explanations:
        bought["filter"]["term"]["in_stock"]["_name"] = "available"
        for band, each in enumerate(sold, start=1):
            each["filter"]["term"]["popularity"] |= _named("popularity", str(band))
    return {
        "function_score": {
            "query": words,
            "functions": [{"weight": 1}, *(each for each in [bought, *sold] if each["weight"])],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def near_query(text: str) -> Query:
    """What is called nearly like any of the words, whichever letter is wrong."""
    near = {"query": text, "fuzziness": "AUTO", "prefix_length": 0, "max_expansions": 20}
    return {"bool": {"should": [{"match": {"category_path": near}}, {"match": {"name.exact": near}}]}}


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
