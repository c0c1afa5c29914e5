"""Why a hit stands where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ScorePart:
    """One reason for a hit's place: a part of the sum, or a factor of the whole."""

    reason: str
    value: float
    multiplies: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """The sum of what adds, times all that multiplies, is the score."""

    score: float
    parts: tuple[ScorePart, ...]
