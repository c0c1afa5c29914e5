"""Search by Elasticsearch."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from subgraphs.catalog.adapters.elasticsearch.connection import Health, translated
from subgraphs.catalog.adapters.elasticsearch.product_index import PAIR
from subgraphs.catalog.adapters.elasticsearch.query import (
    HIGHLIGHT,
    Plan,
    chosen_filters,
    facet_aggregations,
    intent_of,
    ranked_query,
    sort_of,
    words_query,
)
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.errors import SearchEngineAway, SearchEngineSlow
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
KEPT = "2m"
"""How long a snapshot outlives the last page that was read of it."""


class SnapshotGone(Exception):
    """Nobody read a page of it for too long, or it never was one."""


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
        """From its second page on a list is read from a snapshot, so that its pages fit together while products change.

        Most searches have one page only: they cost no snapshot.
        """
        cursor = request.cursor
        if cursor is None or cursor.engine != ENGINE:
            return await self._search(request, "")
        if cursor.snapshot:
            try:
                return await self._search(request, cursor.snapshot)
            except SnapshotGone:
                pass  # the list goes on at the same place, in the present
        return await self._search(request, await self._take_snapshot())

    async def _search(self, request: SearchRequest, snapshot: str) -> Found:
        plan = await self._plan(request, snapshot)
        cursor = request.cursor
        position = cursor.position if cursor else 0
        body: dict[str, Any] = {
            "query": ranked_query(request, plan, self._ranking),
            "post_filter": {"bool": {"filter": list(chosen_filters(request).values())}},
            "sort": sort_of(request),
            "size": request.first + 1,
            "source": False,
            "track_total_hits": COUNTED_UP_TO if request.want_total else False,
        }
        if cursor and cursor.engine == ENGINE:
            body["search_after"] = list(cursor.values)
        elif cursor:
            # The page before came from the database: the same place is the best there is.
            body["from_"] = min(position, COUNTED_UP_TO - request.first - 1)
        if plan.text and request.want_highlights:
            body["highlight"] = HIGHLIGHT
        if request.want_facets:
            body["aggs"] = facet_aggregations(request)
        answer = await self._ask(body, snapshot)
        hits, snapshot = answer["hits"]["hits"], answer.get("pit_id", "")
        return Found(
            hits=tuple(
                _hit(hit, request, position + place, snapshot)
                for place, hit in enumerate(hits[: request.first], start=1)
            ),
            has_next_page=len(hits) > request.first,
            total=answer["hits"]["total"]["value"] if request.want_total else None,
            counts=_counts(answer["aggregations"]) if request.want_facets else None,
            did_you_mean=plan.text if plan.text != request.query else None,
        )

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

    async def _plan(self, request: SearchRequest, snapshot: str) -> Plan:
        """Looks before it asks: what the first hits are, whether there are any, and whether it is spelled right.

        The same for every page of a search, so that pages fit together.
        """
        if not request.query:
            return Plan(text="")
        votes = await self._votes(request, request.query, snapshot)
        text = request.query
        if not votes:
            spelled = await self._spelled(text)
            rescued = await self._votes(request, spelled, snapshot) if spelled else []
            if spelled and rescued:
                text, votes = spelled, rescued
        loose = len(votes) < self._ranking.rescue_below and len(text.split()) > 1
        if loose:
            votes = await self._votes(request, text, snapshot, loose=True)
        meant = intent_of(votes, self._ranking) if request.sort is SortField.RELEVANCE else {}
        return Plan(text=text, loose=loose, intent=meant)

    async def _votes(
        self, request: SearchRequest, text: str, snapshot: str, *, loose: bool = False
    ) -> list[str | None]:
        """The categories of the first hits."""
        words = words_query(text, self._ranking, loose=loose)
        body = {
            "query": {"bool": {"must": [words], "filter": [{"term": {"channels": request.shop.channel}}]}},
            "size": self._ranking.voters,
            "source": False,
            "docvalue_fields": ["category_id"],
            "track_total_hits": False,
        }
        hits = (await self._ask(body, snapshot))["hits"]["hits"]
        return [next(iter(hit.get("fields", {}).get("category_id", ())), None) for hit in hits]

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

    async def _take_snapshot(self) -> str:
        async with self._guarded():
            return (await self._client.open_point_in_time(index=self._alias, keep_alive=KEPT)).body["id"]

    async def _ask(self, body: dict[str, Any], snapshot: str = "") -> dict[str, Any]:
        """Raises SnapshotGone."""
        where: dict[str, Any] = {"pit": {"id": snapshot, "keep_alive": KEPT}} if snapshot else {"index": self._alias}
        async with self._guarded():
            try:
                return (await self._client.search(**where, **body)).body
            except (NotFoundError, BadRequestError) as error:
                if snapshot:
                    raise SnapshotGone from error
                raise

    @asynccontextmanager
    async def _guarded(self) -> AsyncGenerator[None]:
        """One call, if the engine is to be asked at all; its health learns what came of it."""
        self._health.check()
        try:
            with translated():
                yield
            self._health.answered()
        except SearchEngineSlow as slow:
            self._health.slow(slow.message)
            raise
        except SearchEngineAway as away:
            self._health.lost(away.message)
            raise


def _hit(hit: dict[str, Any], request: SearchRequest, position: int, snapshot: str) -> FoundHit:
    # A snapshot's hits have a third sort value, their place in the shard; the id before it decides already.
    values = tuple(hit["sort"][:2])
    cursor = Cursor(engine=ENGINE, sort=request.order, values=values, position=position, snapshot=snapshot)
    highlights = {field: snippets[0] for field, snippets in hit.get("highlight", {}).items()}
    return FoundHit(product_id=hit["_id"], cursor=str(cursor), highlights=highlights)


def _counts(aggregations: dict[str, Any]) -> FacetCounts:
    def buckets(name: str) -> list[dict[str, Any]]:
        return aggregations[name]["counted"]["buckets"]

    told = aggregations[AVAILABILITY]["counted"]["buckets"]
    stock = {value: bucket["doc_count"] for value, bucket in told.items()}
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
