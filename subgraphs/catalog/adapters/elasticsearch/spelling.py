"""Other ways to write a query: words joined or parted as the catalogue has them, and unknown words replaced. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from subgraphs.catalog.adapters.elasticsearch.narrowing import Query

MOST_READINGS = 16
SHORTEST_PART = 3
"""Letters of a part of a parted word: "car pet" is enough of a risk."""
NAME = "name.exact"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The query in other words, and what finds names that have them all."""

    text: str
    query: Query


def spelling_body(text: str, channel: str) -> dict[str, Any]:
    """Asks at once how often each reading is found, and what each unknown word is likest to."""
    body: dict[str, Any] = {
        "query": {"term": {"channels": channel}},
        "size": 0,
        "track_total_hits": False,
        "suggest": {"words": {"text": text, "term": {"field": NAME, "suggest_mode": "missing", "size": 1}}},
    }
    if candidates := readings(text):
        body["aggs"] = {"readings": {"filters": {"filters": {each.text: each.query for each in candidates}}}}
    return body


def readings(text: str) -> list[Reading]:
    """One pair of words joined, or one word parted in two that stand side by side."""
    words = text.split()
    found: dict[str, Reading] = {}
    for reading in (*_joined(words), *_parted(words)):
        found.setdefault(reading.text, reading)
    return list(found.values())[:MOST_READINGS]


def _joined(words: Sequence[str]) -> Iterator[Reading]:
    for place in range(len(words) - 1):
        if words[place].isalpha() and words[place + 1].isalpha():
            joined = " ".join([*words[:place], words[place] + words[place + 1], *words[place + 2 :]])
            yield Reading(text=joined, query={"match": {NAME: {"query": joined, "operator": "and"}}})


def _parted(words: Sequence[str]) -> Iterator[Reading]:
    for place, word in enumerate(words):
        for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1) if word.isalpha() else ():
            pair = f"{word[:cut]} {word[cut:]}"
            parted = " ".join([*words[:place], pair, *words[place + 1 :]])
            all_words = {"match": {NAME: {"query": parted, "operator": "and"}}}
            yield Reading(
                text=parted, query={"bool": {"filter": [all_words, {"match_phrase": {NAME: {"query": pair}}}]}}
            )


def best_reading(aggregations: Mapping[str, Any], *, least: int) -> str | None:
    """The reading with the most hits, if they are more than `least`."""
    buckets = aggregations.get("readings", {}).get("buckets", {})
    counts = {text: bucket["doc_count"] for text, bucket in buckets.items()}
    best = max(counts, key=lambda text: counts[text], default="")
    return best if best and counts[best] > least else None


def likest(suggested: Sequence[Mapping[str, Any]], text: str) -> str | None:
    """The text with each unknown word replaced by the catalogue's likest; None when nothing is to be mended."""
    words = [(part["options"][0]["text"] if part["options"] else part["text"]) for part in suggested]
    spelled = " ".join(words)
    return spelled if spelled and spelled != text.lower() else None
