"""The numbers of `ranking.toml`, which has the reasons."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


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


def read_ranking(path: Path = Path(__file__).parent / "ranking.toml") -> Ranking:
    """The numbers as they are in the file."""
    numbers = tomllib.loads(path.read_text())
    weights, matching, intent = numbers["weights"], numbers["matching"], numbers["category_intent"]
    accessories, rescue = numbers["accessories"], numbers["rescue"]
    return Ranking(
        **weights,
        **matching,
        voters=intent["voters"],
        least_share=intent["least_share"],
        intent_boost=intent["boost"],
        accessory_words=tuple(accessories["words"]),
        accessory_categories=tuple(accessories["categories"]),
        demotion=accessories["demotion"],
        rescue_below=rescue["below_hits"],
        strict_boost=rescue["strict_boost"],
    )
