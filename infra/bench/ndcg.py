"""How good a ranking is by people's grades: NDCG with seeded bootstrap intervals. Pure."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Grades = Mapping[str, Mapping[str, int]]
"""Query id → product → 0 (irrelevant) to 3."""
Run = Mapping[str, Sequence[str]]
"""Query id → products, best first."""
RESAMPLES = 2_000
SEED = 7


@dataclass(frozen=True, kw_only=True)
class Mean:
    """Of a figure over all queries, with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Score:
    """One ranking's figures by query."""

    ndcg: Mapping[str, float]
    """What nobody judged counts as irrelevant."""
    ndcg_judged: Mapping[str, float]
    """What nobody judged is left out: the figure to read where the grades are of another engine's results."""
    judged_share: float
    """Of the first ten."""


def read_grades(lines: Sequence[str]) -> dict[str, dict[str, int]]:
    """TREC qrels: `QUERY 0 PRODUCT GRADE` a line. Raises ValueError with the line's number."""
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        fields = line.split()
        if not fields:
            continue
        if len(fields) != 4 or not fields[3].lstrip("-").isdecimal():
            raise ValueError(f"line {number}: expected `QUERY 0 PRODUCT GRADE`, got {line.strip()[:80]!r}")
        grades.setdefault(fields[0], {})[fields[2]] = int(fields[3])
    return grades


def score(grades: Grades, run: Run, k: int = 10) -> Score:
    """Of the queries for which anything is relevant; one without results scores 0."""
    ndcg: dict[str, float] = {}
    judged_only: dict[str, float] = {}
    judged: list[float] = []
    for query, known in grades.items():
        ideal = _gain(sorted(known.values(), reverse=True)[:k])
        if not ideal:
            continue
        found = run.get(query, ())
        ndcg[query] = _gain([known.get(product, 0) for product in found[:k]]) / ideal
        condensed = [known[product] for product in found if product in known]
        judged_only[query] = _gain(condensed[:k]) / ideal
        judged.append(sum(product in known for product in found[:k]) / max(1, len(found[:k])))
    return Score(ndcg=ndcg, ndcg_judged=judged_only, judged_share=sum(judged) / max(1, len(judged)))


def mean(values: Sequence[float]) -> Mean:
    """With an interval from resampling the queries. Raises ValueError for no values."""
    if not values:
        raise ValueError("no query has a relevant product: are queries and grades of one collection?")
    chance = random.Random(SEED)  # noqa: S311
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    return Mean(mean=sum(values) / len(values), low=low, high=high)


def difference(better: Mapping[str, float], base: Mapping[str, float]) -> Mean:
    """Query by query: narrower than the two intervals apart."""
    return mean([value - base[query] for query, value in better.items()])


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))
