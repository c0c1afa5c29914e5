"""What a query means, by looking before it is asked: what the first hits are, whether there are any, and whether it is
spelled right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.hits import Ask
from subgraphs.catalog.adapters.elasticsearch.narrowing import Query, filters
from subgraphs.catalog.adapters.elasticsearch.query import Plan, intent_of, near_query, words_query
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.adapters.elasticsearch.spelling import best_reading, likest, spelling_body
from subgraphs.catalog.domain.found import Rescue, RescueKind
from subgraphs.catalog.domain.search import SearchRequest, SortField

MeansAlike = Callable[[str, list[Query], str], Awaitable[tuple[str, ...]]]
"""A text, what products have to be like and a snapshot → ids of products that mean about that, best first."""


@dataclass(frozen=True)
class Meaning:
    """Finds out how a query is going to be asked."""

    ask: Ask
    ranking: Ranking
    means_alike: MeansAlike

    async def plan(self, request: SearchRequest, snapshot: str) -> Plan:
        """The same for every page of a search, so that pages fit together."""
        text, numbers, rescue, loose, alike = request.query, self.ranking, None, False, ()
        if not text:
            return Plan(text="")
        strict = await self._votes(request, text, snapshot)
        if len(strict) < numbers.rescue_below:
            text, strict = await self._respelled(request, strict, snapshot)
        votes = strict
        words = text.split()
        if len(votes) < numbers.rescue_below and len(words) > 1:
            loose = True
            votes = await self._votes(request, text, snapshot, loose=True)
            if votes and not strict:
                rescue = Rescue(
                    kind=RescueKind.FEWER_WORDS, ignored_words=await self._unknown(request, words, snapshot)
                )
        if not strict:
            alike = await self.means_alike(text, filters(request), snapshot)
        if not votes:
            rescue = await self._near(request, text, alike, snapshot)
        relevant = request.sort is SortField.RELEVANCE and not (rescue and rescue.category_id)
        intent = intent_of(votes, numbers) if relevant else {}
        return Plan(text=text, loose=loose, intent=intent, rescue=rescue, alike=alike)

    async def _votes(
        self, request: SearchRequest, text: str, snapshot: str, *, loose: bool = False
    ) -> list[str | None]:
        """The categories of the first hits."""
        return await self._categories(request, words_query(text, self.ranking, loose=loose), snapshot)

    async def _categories(self, request: SearchRequest, words: Query, snapshot: str) -> list[str | None]:
        body = {
            "query": {"bool": {"must": [words], "filter": [{"term": {"channels": request.shop.channel}}]}},
            "size": self.ranking.voters,
            "source": False,
            "docvalue_fields": ["category_id"],
            "track_total_hits": False,
        }
        hits = (await self.ask(body, snapshot))["hits"]["hits"]
        return [next(iter(hit.get("fields", {}).get("category_id", ())), None) for hit in hits]

    async def _respelled(
        self, request: SearchRequest, votes: list[str | None], snapshot: str
    ) -> tuple[str, list[str | None]]:
        """The text as the catalogue writes it, with its votes: words joined or parted where that has many more hits,
        else, where there are no hits, each unknown word replaced by the likest one."""
        text = request.query
        answer = await self.ask(spelling_body(text, request.shop.channel), snapshot)
        chosen = best_reading(answer.get("aggregations", {}), least=len(votes) * self.ranking.respelled_factor)
        if chosen is None and not votes:
            chosen = likest(answer["suggest"]["words"], text)
        found = await self._votes(request, chosen, snapshot) if chosen else []
        return (chosen, found) if chosen and found else (text, votes)

    async def _unknown(self, request: SearchRequest, words: list[str], snapshot: str) -> tuple[str, ...]:
        """Those of the words that no product has."""
        asked = dict.fromkeys(words)
        found = {word: words_query(word, self.ranking) for word in asked}
        body: dict[str, Any] = {
            "query": {"term": {"channels": request.shop.channel}},
            "size": 0,
            "track_total_hits": False,
            "aggs": {"words": {"filters": {"filters": found}}},
        }
        counted = (await self.ask(body, snapshot))["aggregations"]["words"]["buckets"]
        return tuple(word for word in asked if not counted[word]["doc_count"])

    async def _near(self, request: SearchRequest, text: str, alike: tuple[str, ...], snapshot: str) -> Rescue | None:
        if alike:
            return Rescue(kind=RescueKind.NEAR_MEANING, ignored_words=tuple(dict.fromkeys(text.split())))
        return await self._near_category(request, text, snapshot)

    async def _near_category(self, request: SearchRequest, text: str, snapshot: str) -> Rescue | None:
        """Where the things are that are called nearly like that."""
        meant = intent_of(await self._categories(request, near_query(text), snapshot), self.ranking)
        if not meant:
            return None
        nearest = max(meant, key=lambda category: meant[category])
        words = tuple(dict.fromkeys(text.split()))
        return Rescue(kind=RescueKind.NEAR_CATEGORY, ignored_words=words, category_id=nearest)
