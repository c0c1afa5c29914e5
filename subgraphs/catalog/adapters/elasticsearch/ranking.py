"""The numbers of `ranking.toml`, which has the reasons, as changed by the shop's own file."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from chassis.settings import SettingsError
from chassis.spelling import in_one_spelling
from subgraphs.catalog.domain.learnt_query import LearningRules
from subgraphs.catalog.domain.popularity import PopularityRules
from subgraphs.catalog.domain.synonyms import Synonyms

DEFAULTS = Path(__file__).parent / "ranking.toml"


class InvalidRanking(SettingsError):
    """The file cannot be used; the message says which, and why."""

    def __init__(self, path: str, why: object) -> None:
        super().__init__(f"SEARCH_SETTINGS_FILE={path!r}: {why}")


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What makes products related."""

    category: float
    brand: float
    attribute: float
    attributes: int
    name: float
    available: float


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """How search ranks."""

    name: float
    brand: float
    category: float
    description: float
    tie_breaker: float
    minimum_should_match: str
    phrase_boost: float
    phrase_slop: int
    voters: int
    least_share: float
    intent_boost: float
    accessory_words: tuple[str, ...]
    accessory_categories: tuple[str, ...]
    demotion: float
    rescue_below: int
    strict_boost: float
    respelled_factor: int
    synonym_weight: float
    available_boost: float
    popularity_boosts: tuple[float, ...]
    popularity: PopularityRules
    synonyms: Synonyms
    likeness: Likeness
    suggested_queries: tuple[str, ...]
    learning: LearningRules
    window: int
    rank_constant: int
    least_cosine: float
    rescued: int

    @property
    def most_business(self) -> float:
        """What a hit's score is multiplied by at most: one that matches worse by more than this stays behind."""
        return 1 + self.available_boost + max(self.popularity_boosts)

    def faults(self) -> Iterator[str]:
        if len(self.popularity_boosts) != len(self.popularity.bands):
            yield "business.popularity must have one number for each of popularity.bands"
        if min(self.available_boost, *self.popularity_boosts) < 0 or self.most_business > 2:
            yield "business: the boosts must not be negative, and together at most 1: else they bury what is relevant"
        if not 1 <= self.window <= 1_000 or not 1 <= self.rescued <= 1_000:
            yield "semantic.window and semantic.rescued must be from 1 to 1000"
        if not -1 <= self.least_cosine <= 1 or self.rank_constant < 0:
            yield "semantic.least_cosine must be from -1 to 1, semantic.rank_constant 0 or more"
        yield from (f"popularity.{fault}" for fault in self.popularity.faults())
        yield from (f"suggestions.{fault}" for fault in self.learning.faults())


def read_ranking(path: str = "") -> Ranking:
    """The defaults, with what the shop's file says otherwise. Raises InvalidRanking."""
    numbers = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    if path:
        _change(numbers, _read(path), path)
    try:
        ranking = _ranking(numbers)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidRanking(path, error) from error
    if faults := list(ranking.faults()):
        raise InvalidRanking(path, "; ".join(faults))
    return ranking


def _read(path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidRanking(path, error) from error


def _change(numbers: dict[str, Any], changes: Mapping[str, Any], path: str) -> None:
    for table, values in changes.items():
        if table == "synonyms":
            numbers[table] = {**numbers[table], **values}
            continue
        if table not in numbers or not isinstance(values, dict):
            raise InvalidRanking(path, f"there is no table [{table}]; there are {', '.join(numbers)}")
        known: dict[str, Any] = numbers[table]
        for name, value in cast("dict[str, Any]", values).items():
            if name not in known:
                raise InvalidRanking(path, f"there is no {name} in [{table}]; there are {', '.join(known)}")
            kind = (int, float) if isinstance(known[name], float) else type(known[name])
            if not isinstance(value, kind) or isinstance(value, bool):
                raise InvalidRanking(path, f"{name} in [{table}] must be like {known[name]!r}")
            known[name] = value


def _ranking(numbers: dict[str, Any]) -> Ranking:
    intent, accessories, rescue = numbers["category_intent"], numbers["accessories"], numbers["rescue"]
    business, popularity, synonyms = numbers["business"], numbers["popularity"], dict(numbers["synonyms"])
    suggestions = dict(numbers["suggestions"])
    suggested = tuple(dict.fromkeys(in_one_spelling(each) for each in suggestions.pop("queries")))
    return Ranking(
        **numbers["weights"],
        **numbers["matching"],
        voters=intent["voters"],
        least_share=intent["least_share"],
        intent_boost=intent["boost"],
        accessory_words=tuple(accessories["words"]),
        accessory_categories=tuple(accessories["categories"]),
        demotion=accessories["demotion"],
        rescue_below=rescue["below_hits"],
        strict_boost=rescue["strict_boost"],
        respelled_factor=rescue["respelled_factor"],
        synonym_weight=synonyms.pop("weight"),
        available_boost=business["available"],
        popularity_boosts=tuple(business["popularity"]),
        popularity=PopularityRules(
            half_life_days=popularity["half_life_days"], bands=tuple(float(bound) for bound in popularity["bands"])
        ),
        synonyms=Synonyms.of(synonyms),
        likeness=Likeness(**numbers["related"]),
        **numbers["semantic"],
        suggested_queries=suggested,
        learning=LearningRules(**suggestions),
    )
