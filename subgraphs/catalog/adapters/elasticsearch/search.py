"""Search by Elasticsearch."""

import asyncio
from copy import copy
from dataclasses import replace
from typing import Any

import structlog
from elasticsearch import ApiError, AsyncElasticsearch, BadRequestError, NotFoundError, TransportError

from chassis.tasks import ended
from subgraphs.catalog.adapters.elasticsearch.connection import Health, guarded
from subgraphs.catalog.adapters.elasticsearch.fusion import nearest_body
from subgraphs.catalog.adapters.elasticsearch.hits import ENGINE, hits_by_words
from subgraphs.catalog.adapters.elasticsearch.hybrid import HybridHits
from subgraphs.catalog.adapters.elasticsearch.languages import heard, said_in
from subgraphs.catalog.adapters.elasticsearch.meaning import Meaning
from subgraphs.catalog.adapters.elasticsearch.narrowing import (
    Query,
    category_aggregations,
    category_counts,
    chosen_hits,
    facet_aggregations,
    facet_counts,
    number_aggregations,
    number_counts,
    only_root,
)
from subgraphs.catalog.adapters.elasticsearch.query import Plan, matching_query
from subgraphs.catalog.adapters.elasticsearch.query_vectors import QueryVectors
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.adapters.elasticsearch.remembered import RememberedPlans
from subgraphs.catalog.app.ports import HitsKnown
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.facet import FacetCounts
from subgraphs.catalog.domain.facets import range_keys
from subgraphs.catalog.domain.found import COUNTED_UP_TO, Found, Suggestion
from subgraphs.catalog.domain.product import Shop
from subgraphs.catalog.domain.search import SearchRequest, SortField

log = structlog.get_logger("search")

KEPT = "2m"
"""How long a snapshot outlives the last page that was read of it."""


class SnapshotGone(Exception):
    """Nobody read a page of it for too long, or it never was one."""


class ElasticsearchSearch:
    """Fills `app.ports.SearchEngine`. Without `vectors` by words alone."""

    def __init__(
        self,
        client: AsyncElasticsearch,
        health: Health,
        ranking: Ranking,
        *,
        alias: str,
        timeout_seconds: float,
        vectors: QueryVectors | None = None,
    ) -> None:
        self._client = client.options(request_timeout=timeout_seconds)
        self._health = health
        self._ranking = ranking
        self._alias = alias
        self._plans = RememberedPlans()
        self._vectors = vectors
        self._locale: str | None = None
        """Whose texts are searched; None: those written at first."""

    async def search(self, request: SearchRequest, hits_known: HitsKnown) -> Found:
        """From its second page on a list is read from a snapshot, so that its pages fit together while products change.

        Most searches have one page only: they cost no snapshot. Raises InvalidCursor for one that no hit ever had.
        """
        if request.shop.indexed_locale != self._locale:
            return await self._speaking(request.shop.indexed_locale).search(request, hits_known)
        cursor = request.cursor
        if cursor is None or cursor.engine != ENGINE:
            return await self._search(request, "", hits_known)
        if cursor.snapshot:
            try:
                return await self._search(request, cursor.snapshot, hits_known)
            except SnapshotGone:
                pass  # the list goes on at the same place, in the present
        try:
            return await self._search(request, await self._take_snapshot(), hits_known)
        except SnapshotGone as gone:
            # It is a moment old: what the engine does not understand is the place.
            raise InvalidCursor from gone

    async def _search(self, request: SearchRequest, snapshot: str, hits_known: HitsKnown) -> Found:
        """Hits and facets are asked for at the same time: the counting, most of the work, does without scores.

        What is counted is known before it is known what the query means, if only it finds what it asks for as written.
        """
        if not request.want_facets:
            return await self._hits(request, await self._remembered_plan(request, snapshot), snapshot)
        counting = asyncio.create_task(self._counts(request, Plan(text=request.query), snapshot))
        try:
            plan = await self._remembered_plan(request, snapshot)
            if not plan.is_literal(request.query):
                await ended(counting)
                counting = asyncio.create_task(self._counts(request, plan, snapshot))
            found = await self._hits(replace(request, want_total=False), plan, snapshot)
            hits_known([hit.product_id for hit in found.hits])
            counts, total = await counting
        finally:
            await ended(counting)
        return replace(found, counts=counts, total=total if request.want_total else None)

    async def _hits(self, request: SearchRequest, plan: Plan, snapshot: str) -> Found:
        """The first ones in an order that their meaning has a say in, if there is one; all others by words."""
        cursor = request.cursor
        first_ones = cursor is None or (cursor.engine == ENGINE and not cursor.values)
        if first_ones and request.sort is SortField.RELEVANCE and not plan.instead:
            vector = await self._vector(plan.text)
            if vector:
                hybrid = HybridHits(self._ask, self._nearest, self._ranking)
                return await hybrid.page(request, plan, vector, snapshot)
        return await hits_by_words(self._ask, request, plan, self._ranking, snapshot)

    async def _vector(self, text: str) -> list[int] | None:
        """Of texts written at first: what is said in other languages is not embedded."""
        return await self._vectors.vector(text) if self._vectors and text and self._locale is None else None

    async def _means_alike(self, text: str, limits: list[Query], snapshot: str) -> tuple[str, ...]:
        vector = await self._vector(text)
        return tuple(await self._nearest(vector, limits, self._ranking.rescued, snapshot)) if vector else ()

    async def _nearest(self, vector: list[int], limits: list[Query], most: int, snapshot: str) -> list[str]:
        """Best first. None where the engine cannot tell: that is no reason to do without what it finds by words."""
        try:
            body = nearest_body(vector, limits, most, self._ranking.least_cosine)
            answer = await self._client.search(**self._where(snapshot), **body)
        except (ApiError, TransportError) as error:
            log.warning("search.by_words_alone", error=str(error)[:500])
            return []
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    async def _counts(self, request: SearchRequest, plan: Plan, snapshot: str) -> tuple[FacetCounts, int]:
        """And the number of hits. Asks again where numbers are to be made ranges of, or where all categories are below
        one root: which attributes those are, and which root, is known only then."""
        body: dict[str, Any] = {
            "query": matching_query(request, plan, self._ranking),
            **chosen_hits(request),
            "size": 0,
            "track_total_hits": COUNTED_UP_TO if request.want_total else False,
            "aggs": facet_aggregations(request),
        }
        answer = await self._ask(body, snapshot)
        counts, total = facet_counts(answer["aggregations"], request), answer["hits"].get("total", {}).get("value", 0)
        keys, root = range_keys(counts.attributes, request.chosen), only_root(answer["aggregations"], request)
        if not keys and not root:
            return counts, total
        below = category_aggregations(request, root) if root else {}
        body |= {"track_total_hits": False, "aggs": number_aggregations(request, keys) | below}
        again = (await self._ask(body, snapshot))["aggregations"]
        categories = dict(counts.categories) | (category_counts(again) if root else {})
        return replace(counts, numbers=number_counts(again, keys), categories=tuple(categories.items())), total

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
            key, await Meaning(self._ask, self._ranking, self._means_alike).plan(request, snapshot), request.query
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
        where = self._where(snapshot)
        async with guarded(self._health):
            try:
                return await self._said(where, body)
            except (NotFoundError, BadRequestError) as error:
                if snapshot:
                    raise SnapshotGone from error
                raise

    def _where(self, snapshot: str) -> dict[str, Any]:
        return {"pit": {"id": snapshot, "keep_alive": KEPT}} if snapshot else {"index": self._alias}
