"""Hits by words: asked for, and read."""

from collections.abc import Awaitable, Callable
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.explanation import explained
from subgraphs.catalog.adapters.elasticsearch.narrowing import chosen_hits
from subgraphs.catalog.adapters.elasticsearch.query import HIGHLIGHT, Plan, ranked_query, sort_of
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.found import COUNTED_UP_TO, Found, FoundHit
from subgraphs.catalog.domain.search import Cursor, SearchRequest, SortField

ENGINE = "e"
Ask = Callable[[dict[str, Any], str], Awaitable[dict[str, Any]]]
"""A search's body and the snapshot it is of → the engine's answer."""


def hits_body(request: SearchRequest, plan: Plan, ranking: Ranking) -> dict[str, Any]:
    """From the first hit on."""
    body: dict[str, Any] = {
        "query": ranked_query(request, plan, ranking),
        **chosen_hits(request),
        "sort": sort_of(request),
        "size": request.first + 1,
        "source": False,
        "track_total_hits": COUNTED_UP_TO if request.want_total else False,
    }
    if plan.text and request.want_highlights:
        body["highlight"] = HIGHLIGHT
    if request.want_explanations:
        body["include_named_queries_score"] = True
    return body


async def hits_by_words(ask: Ask, request: SearchRequest, plan: Plan, ranking: Ranking, snapshot: str) -> Found:
    """The page that the cursor tells."""
    body, cursor = hits_body(request, plan, ranking), request.cursor
    position = cursor.position if cursor else 0
    if cursor and cursor.engine == ENGINE and cursor.values:
        body["search_after"] = list(cursor.values)
    elif cursor:
        # The page before came from the database, or meaning had a say in it: the same place is the best there is.
        body["from_"] = min(position, COUNTED_UP_TO - request.first - 1)
    answer = await ask(body, snapshot)
    hits, snapshot = answer["hits"]["hits"], answer.get("pit_id", "")
    return Found(
        hits=tuple(
            read_hit(hit, request, plan, ranking, cursor_at(request, hit, position + place, snapshot))
            for place, hit in enumerate(hits[: request.first], start=1)
        ),
        has_next_page=len(hits) > request.first,
        total=answer["hits"]["total"]["value"] if request.want_total else None,
        did_you_mean=plan.text if plan.text != request.query else None,
        rescue=plan.rescue,
    )


def cursor_at(request: SearchRequest, hit: dict[str, Any] | None, position: int, snapshot: str) -> str:
    """The list goes on after the hit in the order by words; None: at the position."""
    # A snapshot's hits have a third sort value, their place in the shard; the id before it decides already.
    values = tuple(hit["sort"][:2]) if hit else ()
    return str(Cursor(engine=ENGINE, sort=request.order, values=values, position=position, snapshot=snapshot))


def read_hit(hit: dict[str, Any], request: SearchRequest, plan: Plan, ranking: Ranking, cursor: str) -> FoundHit:
    """With what was asked about it."""
    highlights = {field: snippets[0] for field, snippets in hit.get("highlight", {}).items()}
    asked = "" if plan.instead else plan.text
    ranked = request.want_explanations and request.sort is SortField.RELEVANCE
    return FoundHit(
        product_id=hit["_id"],
        cursor=cursor,
        highlights=highlights,
        explanation=explained(hit["sort"][0], hit.get("matched_queries") or {}, asked, ranking) if ranked else None,
    )
