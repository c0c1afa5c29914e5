"""Search by Elasticsearch."""

from typing import Any

from elasticsearch import AsyncElasticsearch

from subgraphs.catalog.adapters.elasticsearch.connection import Health, translated
from subgraphs.catalog.adapters.elasticsearch.product_index import PAIR
from subgraphs.catalog.adapters.elasticsearch.query import (
    HIGHLIGHT,
    chosen_filters,
    facet_aggregations,
    filters,
    intent_of,
    ranked_query,
    sort_of,
    words_query,
)
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.errors import SearchEngineAway
from subgraphs.catalog.domain.facets import MOST_VALUES
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import (
    AVAILABILITY,
    BRAND,
    CATEGORY,
    COUNTED_UP_TO,
    PRICE,
    Cursor,
    FacetCounts,
    Found,
    FoundHit,
    SearchRequest,
    SortField,
    Suggestion,
)

ENGINE = "e"


class ElasticsearchSearch:
    """Fills `app.ports.SearchEngine`."""

    def __init__(
        self, client: AsyncElasticsearch, health: Health, ranking: Ranking, *, alias: str, timeout_seconds: float
    ) -> None:
        self._client = client.options(request_timeout=timeout_seconds)
        self._health = health
        self._ranking = ranking
        self._alias = alias

    async def search(self, request: SearchRequest) -> Found:
        found = await self._find(request, request.query)
        if request.query and not request.after and (found.total or len(found.hits)) < self._ranking.rescue_below:
            spelled = await self._spelled(request.query)
            if spelled:
                rescued = await self._find(request, spelled)
                return Found(
                    hits=rescued.hits,
                    has_next_page=False,
                    total=rescued.total,
                    counts=rescued.counts,
                    did_you_mean=spelled,
                )
        return found

    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        """Products whose name has words that go on like these, each name once."""
        body: dict[str, Any] = {
            "query": {
                "bool": {
                    "must": {"match": {"name.beginnings": {"query": prefix, "operator": "and"}}},
                    "filter": [{"term": {"channels": shop.channel}}],
                }
            },
            "size": first * 2,
            "track_total_hits": False,
            "source": ["name"],
        }
        answer = await self._ask(body)
        names: dict[str, str] = {}
        for hit in answer["hits"]["hits"]:
            names.setdefault(hit["_source"]["name"], hit["_id"])
        return [Suggestion(text=name, product_id=product_id) for name, product_id in list(names.items())[:first]]

    async def _find(self, request: SearchRequest, text: str) -> Found:
        cursor = request.cursor
        body: dict[str, Any] = {
            "query": ranked_query(request, text, await self._intent(request, text), self._ranking),
            "post_filter": {"bool": {"filter": list(chosen_filters(request).values())}},
            "sort": sort_of(request),
            "size": request.first + 1,
            "source": False,
            "track_total_hits": COUNTED_UP_TO if request.want_total else False,
        }
        position = cursor.position if cursor else 0
        if cursor and cursor.engine == ENGINE:
            body["search_after"] = list(cursor.values)
        elif cursor:
            # The page before came from the database: the same place is the best there is.
            body["from_"] = min(position, COUNTED_UP_TO - request.first - 1)
        if text:
            body["highlight"] = HIGHLIGHT
        if request.want_facets:
            body["aggs"] = facet_aggregations(request)
        answer = await self._ask(body)
        hits = answer["hits"]["hits"]
        return Found(
            hits=tuple(
                FoundHit(
                    product_id=hit["_id"],
                    cursor=str(
                        Cursor(engine=ENGINE, sort=request.order, values=tuple(hit["sort"]), position=position + place)
                    ),
                    highlights={field: snippets[0] for field, snippets in hit.get("highlight", {}).items()},
                )
                for place, hit in enumerate(hits[: request.first], start=1)
            ),
            has_next_page=len(hits) > request.first,
            total=answer["hits"]["total"]["value"] if request.want_total else None,
            counts=_counts(answer["aggregations"]) if request.want_facets else None,
        )

    async def _intent(self, request: SearchRequest, text: str) -> dict[str, float]:
        if not text or request.sort is not SortField.RELEVANCE:
            return {}
        body = {
            "query": {"bool": {"must": [words_query(text, self._ranking)], "filter": filters(request)[:1]}},
            "size": self._ranking.voters,
            "source": False,
            "docvalue_fields": ["category_id"],
            "track_total_hits": False,
        }
        hits = (await self._ask(body))["hits"]["hits"]
        return intent_of(
            [next(iter(hit.get("fields", {}).get("category_id", ())), None) for hit in hits], self._ranking
        )

    async def _spelled(self, text: str) -> str | None:
        """The text with each unknown word replaced by the catalogue's likest; None when nothing is to be mended."""
        body = {
            "size": 0,
            "suggest": {"words": {"text": text, "term": {"field": "name.exact", "suggest_mode": "missing", "size": 1}}},
        }
        answer = await self._ask(body)
        words = [
            (part["options"][0]["text"] if part["options"] else part["text"]) for part in answer["suggest"]["words"]
        ]
        spelled = " ".join(words)
        return spelled if spelled and spelled != text.lower() else None

    async def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        self._health.check()
        try:
            with translated():
                return (await self._client.search(index=self._alias, **body)).body
        except SearchEngineAway as away:
            self._health.lost(away.message)
            raise


def _counts(aggregations: dict[str, Any]) -> FacetCounts:
    def buckets(name: str) -> list[dict[str, Any]]:
        return aggregations[name]["counted"]["buckets"]

    stock = {bucket["key_as_string"]: bucket["doc_count"] for bucket in buckets(AVAILABILITY)}
    pairs = {bucket["key"]: bucket["doc_count"] for bucket in buckets("attributes")}
    for name in aggregations:
        if name.startswith("attribute:"):
            prefix = name.removeprefix("attribute:") + PAIR
            pairs = {pair: count for pair, count in pairs.items() if not pair.startswith(prefix)}
            pairs |= {bucket["key"]: bucket["doc_count"] for bucket in buckets(name)[:MOST_VALUES]}
    return FacetCounts(
        brands=tuple((bucket["key"], bucket["doc_count"]) for bucket in buckets(BRAND)),
        categories=tuple((bucket["key"], bucket["doc_count"]) for bucket in buckets(CATEGORY)),
        prices=tuple(bucket["doc_count"] for bucket in buckets(PRICE)),
        in_stock=stock.get("true", 0),
        sold_out=stock.get("false", 0),
        attributes=tuple((*pair.partition(PAIR)[::2], count) for pair, count in pairs.items()),
    )
