"""Cursors: the sort keys of an item, opaque to whoever pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import cast

import orjson

from subgraphs.catalog.domain.errors import InvalidCursor


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
    if [type(each) for each in found] != list(kinds) or any(map(_unknown_to_sql, found)):
        raise InvalidCursor(cursor=text[:40])
    return cast("list[str | int]", found)


def _unknown_to_sql(key: object) -> bool:
    """No column holds such a number or text."""
    return abs(key) > 2**62 if isinstance(key, int) else isinstance(key, str) and "\0" in key
