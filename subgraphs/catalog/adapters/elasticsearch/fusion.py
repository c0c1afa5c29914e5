"""Two rankings of the same hits made one: reciprocal rank fusion. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.narrowing import Query
from subgraphs.catalog.adapters.elasticsearch.product_index import EMBEDDING
from subgraphs.catalog.domain.explanation import Explanation, ScorePart


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a hit stands in the rankings, from 1 on; None: it is not in that one."""

    product_id: str
    by_words: int | None
    by_meaning: int | None
    score: float


def fused(hits: Sequence[str], by_words: Sequence[str], by_meaning: Sequence[str], constant: int) -> list[Place]:
    """The hits, best first: by the sum of 1 / (constant + place) over both. Equals stay in their order."""
    words = {product: place for place, product in enumerate(by_words, start=1)}
    meaning = {product: place for place, product in enumerate(by_meaning, start=1)}
    places = [
        Place(
            product_id=product,
            by_words=words.get(product),
            by_meaning=meaning.get(product),
            score=sum(share(ranking[product], constant) for ranking in (words, meaning) if product in ranking),
        )
        for product in hits
    ]
    return sorted(places, key=lambda each: -each.score)


def share(place: int, constant: int) -> float:
    """What a place adds."""
    return 1 / (constant + place)


def nearest_body(vector: Sequence[int], limits: Sequence[Query], most: int, least: float) -> dict[str, Any]:
    """Asks for the products within the limits whose meaning is nearest; `least`: their cosine, at least."""
    return {
        "knn": {
            "field": EMBEDDING,
            "query_vector": list(vector),
            "k": most,
            "num_candidates": 2 * most,
            "similarity": least,
            "filter": list(limits),
        },
        "size": most,
        "source": False,
        "track_total_hits": False,
    }


def explained_place(place: Place, by_words: Explanation | None, constant: int) -> Explanation:
    """Each ranking's place, and what the one by words comes from."""
    parts: list[ScorePart] = []
    if place.by_words is not None:
        why = f": {_told(by_words)}" if by_words else ""
        value = share(place.by_words, constant)
        parts.append(ScorePart(reason=f"place {place.by_words} by words{why}", value=value))
    if place.by_meaning is not None:
        value = share(place.by_meaning, constant)
        parts.append(ScorePart(reason=f"place {place.by_meaning} by meaning", value=value))
    return Explanation(score=place.score, parts=tuple(parts))


def _told(explanation: Explanation) -> str:
    parts = "; ".join(f"{'×' if part.multiplies else '+'} {part.value:.2f} {part.reason}" for part in explanation.parts)
    return f"{explanation.score:.2f} from {parts}"
