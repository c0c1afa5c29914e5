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
    codes: float
    minimum_should_match: str
    phrase_boost: float
    phrase_slop: int
    voters: int
    least_share: float
    intent_boost: float
    accessory_words: tuple[str, ...]
    demotion: float
    rescue_below: int


def read_ranking(path: Path = Path(__file__).parent / "ranking.toml") -> Ranking:
    """The numbers as they are in the file."""
    numbers = tomllib.loads(path.read_text())
    weights, matching, intent = numbers["weights"], numbers["matching"], numbers["category_intent"]
    return Ranking(
        name=weights["name"],
        brand=weights["brand"],
        category=weights["category"],
        description=weights["description"],
        codes=weights["codes"],
        minimum_should_match=matching["minimum_should_match"],
        phrase_boost=matching["phrase_boost"],
        phrase_slop=matching["phrase_slop"],
        voters=intent["voters"],
        least_share=intent["least_share"],
        intent_boost=intent["boost"],
        accessory_words=tuple(numbers["accessories"]["words"]),
        demotion=numbers["accessories"]["demotion"],
        rescue_below=numbers["rescue"]["below_hits"],
    )
