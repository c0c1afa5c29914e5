"""The first hits by words, put in an order that their meaning has a say in."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.fusion import Place, explained_place, fused
from subgraphs.catalog.adapters.elasticsearch.hits import Ask, cursor_at, hits_body, hits_by_words, read_hit
from subgraphs.catalog.adapters.elasticsearch.narrowing import Query
from subgraphs.catalog.adapters.elasticsearch.query import Plan
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.found import Found, FoundHit
from subgraphs.catalog.domain.search import SearchRequest

Nearest = Callable[[list[int], list[Query], int, str], Awaitable[list[str]]]
"""A vector, limits, how many at most and a snapshot → the products within the limits that mean about that."""


@dataclass(frozen=True)
class HybridHits:
    """Every page of the window is cut from the same order; behind the window the list goes on by words.

    So which products are hits, how many there are and what their facets count does not depend on their meaning.
    """

    ask: Ask
    nearest: Nearest
    ranking: Ranking

    async def page(self, request: SearchRequest, plan: Plan, vector: list[int], snapshot: str) -> Found:
        """The page that the cursor tells, from the first on."""
        answer, places = await self._window(request, plan, vector, snapshot)
        window, snapshot = answer["hits"]["hits"], answer.get("pit_id", "")
        position = request.cursor.position if request.cursor else 0
        chosen = places[position : position + request.first]
        told = await self._told(request, plan, [each.product_id for each in chosen], snapshot)
        hits: list[FoundHit] = []
        for number, place in enumerate(chosen, start=position + 1):
            behind = window[-1] if number == self.ranking.window else None
            hit = told.get(place.product_id) or FoundHit(product_id=place.product_id, cursor="")
            if request.want_explanations:
                hit = replace(hit, explanation=explained_place(place, hit.explanation, self.ranking.rank_constant))
            hits.append(replace(hit, cursor=cursor_at(request, behind, number, snapshot)))
        found = Found(
            hits=tuple(hits),
            has_next_page=position + request.first < len(places),
            total=answer["hits"]["total"]["value"] if request.want_total else None,
            did_you_mean=plan.text if plan.text != request.query else None,
            rescue=plan.rescue,
        )
        ends_here = position + len(hits) == self.ranking.window
        return await self._continued(found, request, plan, snapshot) if ends_here else found

    async def _window(
        self, request: SearchRequest, plan: Plan, vector: list[int], snapshot: str
    ) -> tuple[dict[str, Any], list[Place]]:
        """The first hits by words, and what they are as reordered."""
        plain = replace(request, want_highlights=False, want_explanations=False)
        answer = await self.ask(hits_body(plain, plan, self.ranking) | {"size": self.ranking.window}, snapshot)
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        ids: list[str] = [hit["_id"] for hit in hits]
        near = await self.nearest(vector, [{"ids": {"values": ids}}], len(ids), snapshot) if ids else []
        # What was found by meaning alone scores 0 by words: it has no place there.
        worded = [hit["_id"] for hit in hits if hit["sort"][0] > 0]
        return answer, fused(ids, worded, near, self.ranking.rank_constant)

    async def _continued(self, found: Found, request: SearchRequest, plan: Plan, snapshot: str) -> Found:
        """The page filled up with what follows by words."""
        missing = request.first - len(found.hits)
        rest = replace(request, after=found.hits[-1].cursor, first=max(missing, 1), want_total=False)
        following = await hits_by_words(self.ask, rest, plan, self.ranking, snapshot)
        taken = following.hits[:missing]
        left = following.has_next_page or len(taken) < len(following.hits)
        return replace(found, hits=(*found.hits, *taken), has_next_page=left)

    async def _told(self, request: SearchRequest, plan: Plan, ids: Sequence[str], snapshot: str) -> dict[str, FoundHit]:
        """What was asked about these hits, by id."""
        if not ids or not (request.want_highlights or request.want_explanations):
            return {}
        body = hits_body(replace(request, want_total=False), plan, self.ranking)
        body["query"]["bool"]["filter"].append({"ids": {"values": list(ids)}})
        hits = (await self.ask(body, snapshot))["hits"]["hits"]
        return {hit["_id"]: read_hit(hit, request, plan, self.ranking, "") for hit in hits}
