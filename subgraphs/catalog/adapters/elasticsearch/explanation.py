"""What a hit's score is made of, in plain words, from the scores of the query's named parts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from subgraphs.catalog.adapters.elasticsearch.query import MATCHES
from subgraphs.catalog.adapters.elasticsearch.ranking import Ranking
from subgraphs.catalog.domain.explanation import Explanation, ScorePart

FIELD_NAMES = {
    "name": "the name",
    "brand": "the brand",
    "category": "the category",
    "description": "the description",
    "attributes": "an attribute",
}
BROWSED = "nothing was searched for: all match alike"


def explained(score: float, named: Mapping[str, float], text: str, ranking: Ranking) -> Explanation:
    """`named`: the scores of those parts that the hit matches."""
    parts = list(_words(named, ranking)) if text else []
    parts += [
        ScorePart(reason="in a category that the query means, by its first hits", value=value)
        for name, value in named.items()
        if name.startswith("intent:")
    ]
    if not parts:
        parts = [ScorePart(reason=BROWSED, value=1.0)]
    if "accessory" in named:
        reason = "for the thing that is sought, not the thing itself"
        parts.append(ScorePart(reason=reason, value=ranking.demotion, multiplies=True))
    parts += _business(named, ranking)
    return Explanation(score=score, parts=tuple(parts))


def _words(named: Mapping[str, float], ranking: Ranking) -> Iterator[ScorePart]:
    """Of the way of reading the query that this hit matches best."""
    ways: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for name, value in named.items():
        if name[0].isdecimal():
            way, how, part = name.split(":")
            ways[way][how][part] = value
    best: list[ScorePart] = []
    for way, matched in ways.items():
        parts = [
            part
            for how, scores in matched.items()
            if MATCHES in scores
            for part in _way(scores, ranking, ranking.strict_boost if how == "strict" and "loose" in matched else 1.0)
        ]
        if way != "0":
            parts = [
                ScorePart(reason=f"{part.reason} (by a synonym)", value=part.value * ranking.synonym_weight)
                for part in parts
            ]
        best = max(best, parts, key=lambda each: sum(part.value for part in each))
    return iter(best)


def _way(scores: Mapping[str, float], ranking: Ranking, factor: float) -> Iterator[ScorePart]:
    enough = "enough of the words, beside the like: " if factor != 1.0 else ""
    fields = sorted(((value, part) for part, value in scores.items() if part in FIELD_NAMES), reverse=True)
    for place, (value, part) in enumerate(fields):
        share = 1.0 if place == 0 else ranking.tie_breaker
        where = FIELD_NAMES[part] if place == 0 else f"{FIELD_NAMES[part]}, which counts {ranking.tie_breaker:g} beside"
        yield ScorePart(reason=f"{enough}words in {where}", value=value * share * factor)
    if "phrase" in scores:
        yield ScorePart(reason=f"{enough}the words side by side in the name", value=scores["phrase"] * factor)


def _business(named: Mapping[str, float], ranking: Ranking) -> list[ScorePart]:
    available = ranking.available_boost if "available" in named else 0.0
    band = next((int(name.partition(":")[2]) for name in named if name.startswith("popularity:")), 0)
    popular = ranking.popularity_boosts[band - 1] if band else 0.0
    told = [
        text
        for text, boost in (
            (f"for sale now (+{available:g})", available),
            (f"sells (band {band}, +{popular:g})", popular),
        )
        if boost
    ]
    return [ScorePart(reason=", ".join(told), value=1 + available + popular, multiplies=True)] if told else []
