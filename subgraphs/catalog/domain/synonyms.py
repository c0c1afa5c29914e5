"""Words of a shop that mean the same: a query is asked in each of the ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.spelling import in_one_spelling

MOST_WAYS = 6
"""Of one query: each costs about as much as a query."""


@dataclass(frozen=True)
class Synonyms:
    """By word or words: the others of its groups."""

    others: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(groups: Mapping[str, Sequence[Sequence[str]]]) -> "Synonyms":
        """Groups by language; those of all languages apply. Raises ValueError."""
        others: dict[str, dict[str, None]] = {}
        for language, listed in groups.items():
            for group in listed:
                words = [in_one_spelling(word) for word in group]
                if len(words) < 2 or not all(words):
                    raise ValueError(f"synonyms.{language}: a group has two words or more: {list(group)!r}")
                for word in words:
                    others.setdefault(word, {}).update(dict.fromkeys(each for each in words if each != word))
        return Synonyms({word: tuple(found) for word, found in others.items()})

    def ways(self, text: str) -> list[str]:
        """The text, and what it reads like with one word or phrase of it exchanged."""
        if not self.others:
            return [text]
        words = in_one_spelling(text).split(" ")
        found: dict[str, None] = {}
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                for other in self.others.get(" ".join(words[start:end]), ()):
                    found[" ".join([*words[:start], other, *words[end:]])] = None
        return [text, *found][:MOST_WAYS]
