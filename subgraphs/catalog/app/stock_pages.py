"""Cursors of the lists of stock: the sort keys of an item, opaque to whoever pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import orjson

from subgraphs.catalog.domain.errors import InvalidCursor

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class StockPage(Generic[T]):
    """Items with a cursor each, and whether there are more."""

    items: Sequence[T]
    cursors: Sequence[str]
    has_next: bool


def cursor(*keys: str | int) -> str:
    return urlsafe_b64encode(orjson.dumps(keys)).decode().rstrip("=")


def keys_of(text: str, *kinds: type[str | int]) -> list[str | int] | None:
    """What `cursor` was given; None for the beginning. Raises InvalidCursor."""
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        keys: object = orjson.loads(urlsafe_b64decode(padded))
    except ValueError:
        raise InvalidCursor(cursor=text[:40]) from None
    if not isinstance(keys, list):
        raise InvalidCursor(cursor=text[:40])
    found = cast("list[object]", keys)
    if [type(each) for each in found] != list(kinds) or any(
        isinstance(each, int) and abs(each) > 2**62 for each in found
    ):
        raise InvalidCursor(cursor=text[:40])
    return cast("list[str | int]", found)
