"""What shoppers search for, as far as it may be told to others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

LONGEST = 60
"""Characters of a query that is learnt or blocked."""
MOST_KEPT = 20_000
"""Queries of a channel and language; those that were asked least go first."""
LEAST_SCORE = 1.0
"""Below it a query is forgotten: 5 askers are after 33 days, 1,000 after 140, with the half-life as it comes."""
MOST_BLOCKED = 1_000
_PUNCTUATION = re.compile(r"""[ '’.,\-+&/%°#()"]+""")
"""As far as a query that is learnt has any."""


def phrase(text: str) -> str:
    """The words of a text in one spelling, side by side: as blocked queries are kept and found in others."""
    return _PUNCTUATION.sub(" ", text).strip()


@dataclass(frozen=True, kw_only=True)
class LearningRules:
    """When a query is everybody's, and how long it stays so."""

    least_askers: int
    """So many different ones within a week."""
    half_life_days: float
    """After so many days an asker counts half."""

    def faults(self) -> Iterator[str]:
        if not 3 <= self.least_askers <= 1_000:
            yield "least_askers must be from 3 to 1000: what fewer search for may tell who they are"
        if self.half_life_days <= 0:
            yield "half_life_days must be greater than 0"


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchedQuery:
    """A query and hashes of who asked it; of nobody, if it found nothing."""

    channel: str
    locale: str
    """The language of the index it was looked up in; empty: none of its own."""
    text: str
    askers: frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class LearntQuery:
    """A query that is everybody's."""

    channel: str
    locale: str
    """The language of the index it was looked up in; empty: none of its own."""
    text: str
    weight: float
    """How many asked for it, by what they count still."""
    standing: int
    """The same, so that it stays as it is while all of them lose weight: what lists are sorted by."""
    asked_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockedQuery:
    """Words that staff do not want to be offered."""

    text: str
    blocked_by: str
    blocked_at: datetime
