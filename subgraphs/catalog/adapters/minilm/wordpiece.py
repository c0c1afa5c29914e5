"""Texts in the pieces of words that MiniLM was trained on: BERT's uncased WordPiece. Pure."""

import unicodedata
from collections.abc import Iterable, Iterator

UNKNOWN, BEGIN, END = 100, 101, 102
LONGEST_WORD = 100
MOST_KNOWN = 50_000
"""Words whose pieces are kept; a catalogue repeats its words."""
_IDEOGRAPHS = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPieces:
    """The vocabulary, one piece a line, in the order of their numbers."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._numbers = {piece.rstrip("\n"): number for number, piece in enumerate(vocabulary)}
        self._known: dict[str, list[int]] = {}

    def numbers(self, text: str, most: int) -> list[int]:
        """At most so many, with the marks of beginning and end."""
        found = [BEGIN]
        for word in words(text):
            found += self._word(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], END]

    def _word(self, word: str) -> list[int]:
        pieces = self._known.get(word)
        if pieces is None:
            pieces = list(self._pieces(word))
            if len(self._known) < MOST_KNOWN:
                self._known[word] = pieces
        return pieces

    def _pieces(self, word: str) -> Iterable[int]:
        """The longest that is known, again and again; a word that cannot be parted so is one unknown."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._numbers), None)
            if end is None:
                return [UNKNOWN]
            found.append(self._numbers[prefix + word[start:end]])
            start = end
        return found or [UNKNOWN]


def words(text: str) -> list[str]:
    """In lower case without accents; each punctuation mark and ideograph is a word."""
    bare = unicodedata.normalize("NFD", "".join(_cleaned(text)))
    # Letter by letter: the vocabulary knows no final sigma.
    letters = (letter.lower() for letter in bare if unicodedata.category(letter) != "Mn")
    return "".join(f" {letter} " if _is_punctuation(letter) else letter for letter in letters).split()


def _cleaned(text: str) -> Iterator[str]:
    for letter in text:
        category = unicodedata.category(letter)
        if letter in "\t\n\r" or category == "Zs":
            yield " "
        elif letter != "\ufffd" and category[0] != "C":
            yield f" {letter} " if _is_ideograph(ord(letter)) else letter


def _is_ideograph(code: int) -> bool:
    return code >= 0x3400 and any(low <= code <= high for low, high in _IDEOGRAPHS)


def _is_punctuation(letter: str) -> bool:
    if letter.isascii():
        return letter.isprintable() and not letter.isalnum() and letter != " "
    return unicodedata.category(letter)[0] == "P"
