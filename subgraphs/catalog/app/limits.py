"""How much one call may ask."""

from collections.abc import Sized

from subgraphs.catalog.domain.errors import InvalidPage, TooManyKeys
from subgraphs.catalog.domain.search import MOST_PAGE

MOST_KEYS = 1_000


def check_keys(keys: Sized) -> None:
    """Raises TooManyKeys."""
    if len(keys) > MOST_KEYS:
        raise TooManyKeys(keys=len(keys))


def check_page(first: int) -> int:
    """Raises InvalidPage."""
    if not 1 <= first <= MOST_PAGE:
        raise InvalidPage(first=first)
    return first
