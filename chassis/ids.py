"""Typed ids: a prefix that names the kind, and a UUIDv7 that sorts by time. One string in database, RPC and GraphQL."""

import os
import struct
import time
from collections.abc import Iterator


def new_id(prefix: str) -> str:
    """A fresh id such as `ord_0198c2…`; ids made later sort later."""
    return f"{prefix}_{_uuids.make():032x}"


def prefix_of(entity_id: str) -> str:
    """The kind an id names; "" when it is none of ours."""
    prefix, separator, _ = entity_id.partition("_")
    return prefix if separator else ""


class _Uuids:
    """UUIDv7 by RFC 9562: milliseconds, the fraction of one in 12 bits, 62 random bits.

    Not a library's, which asks the system for random bits each time: an import makes four ids a product.
    """

    AT_ONCE = 512
    """Numbers asked of the system."""

    def __init__(self) -> None:
        self._last = 0
        self._random: Iterator[tuple[int]] = iter(())

    def make(self) -> int:
        milliseconds, rest = divmod(time.time_ns(), 1_000_000)
        # Two of one moment sort too, and so do those after a clock that was put back.
        self._last = last = max(self._last + 1, milliseconds << 12 | (rest << 12) // 1_000_000)
        return (last >> 12) << 80 | 0x7 << 76 | (last & 0xFFF) << 64 | 0b10 << 62 | self._number() >> 2

    def forget(self) -> None:
        """What was asked of the system: a child process must not use what its parent uses."""
        self._random = iter(())

    def _number(self) -> int:
        for (number,) in self._random:
            return number
        self._random = struct.iter_unpack(">Q", os.urandom(8 * self.AT_ONCE))
        return self._number()


_uuids = _Uuids()
os.register_at_fork(after_in_child=_uuids.forget)
