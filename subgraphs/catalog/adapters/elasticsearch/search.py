"""Search by Elasticsearch."""

import asyncio
from copy import copy
from dataclasses import replace
from typing import Any

from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from subgraphs.catalog.adapters.elasticsearch.connection import Health, guarded
from subgraphs.catalog.adapters.elasticsearch.explanation import explained
from subgraphs.catalog.adapters.elasticsearch.languages import heard, said_in
from subgraphs.catalog.adapters.elasticsearch.meaning import Meaning
from subgraphs.catalog.adapters.elasticsearch.narrowing import (
    chosen_hits,
    facet_aggregations,
    facet_counts,
    number_aggregations,
    number_counts,
)
from subgraphs.catalog.adapters.elasticsearch.query import (
    HIGHLIGHT,
    Plan,
    matching_query,
    ranked_query,
    sort_of,
)
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.adapters.elasticsearch.remembered import RememberedPlans
from subgraphs.catalog.domain.facets import range_keys
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import (
    COUNTED_UP_TO,
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
        self._plans = RememberedPlans()
        self._locale: str | None = None
        """Whose texts are searched; None: those written at first."""

    async def search(self, request: SearchRequest) -> Found:
        """From its second page on a list is read from a snapshot, so that its pages fit together while products change.

        Most searches have one page only: they cost no snapshot.
        """
        if request.shop.indexed_locale != self._locale:
            return await self._speaking(request.shop.indexed_locale).search(request)
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
        """Hits and facets are asked for at the same time: the counting, most of the work, does without scores.

        What is counted is known before it is known what the query means, if only it finds what it asks for as written.
        """
        if not request.want_facets:
            return await self._hits(request, await self._remembered_plan(request, snapshot), snapshot)
        counting = asyncio.create_task(self._counts(request, Plan(text=request.query), snapshot))
        try:
            plan = await self._remembered_plan(request, snapshot)
            if not plan.is_literal(request.query):
                await _dropped(counting)
                counting = asyncio.create_task(self._counts(request, plan, snapshot))
            found = await self._hits(replace(request, want_total=False), plan, snapshot)
            counts, total = await counting
        finally:
            await _dropped(counting)
        return replace(found, counts=counts, total=total if request.want_total else None)

    async def _hits(self, request: SearchRequest, plan: Plan, snapshot: str) -> Found:
        cursor = request.cursor
        position = cursor.position if cursor else 0
        body: dict[str, Any] = {
            "query": ranked_query(request, plan, self._ranking),
            **chosen_hits(request),
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
        if request.want_explanations:
            body["include_named_queries_score"] = True
        answer = await self._ask(body, snapshot)
        hits, snapshot = answer["hits"]["hits"], answer.get("pit_id", "")
        return Found(
            hits=tuple(
                self._hit(hit, request, plan, position + place, snapshot)
                for place, hit in enumerate(hits[: request.first], start=1)
            ),
            has_next_page=len(hits) > request.first,
            total=answer["hits"]["total"]["value"] if request.want_total else None,
            did_you_mean=plan.text if plan.text != request.query else None,
            rescue=plan.rescue,
        )

    async def _counts(self, request: SearchRequest, plan: Plan, snapshot: str) -> tuple[FacetCounts, int]:
        """And the number of hits. Asks again where numbers are to be made ranges of: which attributes those are is
        known only then."""
        body: dict[str, Any] = {
            "query": matching_query(request, plan, self._ranking),
            **chosen_hits(request),
            "size": 0,
            "track_total_hits": COUNTED_UP_TO if request.want_total else False,
            "aggs": facet_aggregations(request),
        }
        answer = await self._ask(body, snapshot)
        counts, total = facet_counts(answer["aggregations"]), answer["hits"].get("total", {}).get("value", 0)
        keys = range_keys(counts.attributes, request.chosen)
        if not keys:
            return counts, total
        body |= {"track_total_hits": False, "aggs": number_aggregations(request, keys)}
        numbers = (await self._ask(body, snapshot))["aggregations"]
        return replace(counts, numbers=number_counts(numbers)), total

    def _hit(self, hit: dict[str, Any], request: SearchRequest, plan: Plan, position: int, snapshot: str) -> FoundHit:
        # A snapshot's hits have a third sort value, their place in the shard; the id before it decides already.
        values = tuple(hit["sort"][:2])
        cursor = Cursor(engine=ENGINE, sort=request.order, values=values, position=position, snapshot=snapshot)
        highlights = {field: snippets[0] for field, snippets in hit.get("highlight", {}).items()}
        asked = "" if plan.instead else plan.text
        ranked = request.want_explanations and request.sort is SortField.RELEVANCE
        return FoundHit(
            product_id=hit["_id"],
            cursor=str(cursor),
            highlights=highlights,
            explanation=explained(hit["sort"][0], hit.get("matched_queries") or {}, asked, self._ranking)
            if ranked
            else None,
        )

    async def suggest(self, prefix: str, first: int, shop: Shop) -> list[Suggestion]:
        """Products whose name has words that go on like these, each name once."""
        if shop.indexed_locale != self._locale:
            return await self._speaking(shop.indexed_locale).suggest(prefix, first, shop)
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

    async def _remembered_plan(self, request: SearchRequest, snapshot: str) -> Plan:
        relevant = request.sort is SortField.RELEVANCE
        key = (request.query, request.shop.channel, request.shop.indexed_locale or "", str(relevant))
        return self._plans.find(key) or self._plans.keep(
            key, await Meaning(self._ask, self._ranking).plan(request, snapshot), request.query
        )

    async def _take_snapshot(self) -> str:
        async with guarded(self._health):
            return (await self._client.open_point_in_time(index=self._alias, keep_alive=KEPT)).body["id"]

    async def _said(self, where: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
        """In the language that is searched."""
        if self._locale is None:
            return (await self._client.search(**where, **body)).body
        try:
            return heard(self._locale, (await self._client.search(**where, **said_in(self._locale, body))).body)
        except BadRequestError:
            # Of a language that came to the channel just now no document has texts yet.
            return (await self._client.search(**where, **body)).body

    def _speaking(self, locale: str | None) -> "ElasticsearchSearch":
        speaking = copy(self)
        speaking._locale = locale
        return speaking

    async def _ask(self, body: dict[str, Any], snapshot: str = "") -> dict[str, Any]:
        """Raises SnapshotGone."""
        where: dict[str, Any] = {"pit": {"id": snapshot, "keep_alive": KEPT}} if snapshot else {"index": self._alias}
        async with guarded(self._health):
            try:
                return await self._said(where, body)
            except (NotFoundError, BadRequestError) as error:
                if snapshot:
                    raise SnapshotGone from error
                raise


async def _dropped(asking: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more, or it is done."""
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
