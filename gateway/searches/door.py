"""Which texts may become suggestions at all. What is refused here is counted as refused, and leaves no other trace."""

import re
from typing import Final
from unicodedata import category

LONGEST: Final = 60
"""Characters."""
LEAST_LETTERS: Final = 2
MOST_DIGITS: Final = 6
"""In a row, however they are set apart: "0171 555-0199" is a telephone number, "4111 1111 1111 1111" a card."""
_DIGITS = re.compile(rf"\d(?:[\s.,/()+-]*\d){{{MOST_DIGITS},}}")
_PUNCTUATION = frozenset(" '’.,-+&/%°#()\"")
"""Beside letters, marks and digits: no @ of an address, no : of a link, no < of markup, nothing invisible."""
_MARKS = frozenset({"Mn", "Mc"})


def may_be_learnt(text: str) -> bool:
    """Of a text in one spelling."""
    return (
        len(text) <= LONGEST
        and sum(map(str.isalpha, text)) >= LEAST_LETTERS
        and all(each.isalnum() or each in _PUNCTUATION or category(each) in _MARKS for each in text)
        and "//" not in text
        and "www." not in text
        and _DIGITS.search(text) is None
    )
