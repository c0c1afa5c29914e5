"""A bounded cache."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The most recently used entries: at most `size`, and at most `weight` together (in characters of source)."""

    def __init__(self, size: int, weight: int) -> None:
        self._size = size
        self._room = weight
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: K, value: V, weight: int) -> None:
        self._room += self._entries.pop(key, (value, 0))[1] - weight
        self._entries[key] = (value, weight)
        while len(self._entries) > self._size or self._room < 0:
            self._room += self._entries.popitem(last=False)[1][1]
