"""A file's pieces as they were sent, plain or gzip, as blocks of plain bytes of bounded size."""

import zlib
from collections.abc import Iterator
from typing import Any

from subgraphs.catalog.domain.job import JobBroken

GZIP_MAGIC = b"\x1f\x8b"
BLOCK = 1024 * 1024
MOST_BYTES = 16 * 1024**3
"""Unpacked; more is a mistake, or a bomb."""
AGAIN = "Pack or fetch the file again; the lines before it are in, and importing it again does no harm."


class Unpacker:
    """Fed with pieces in order; gzip is told by content, and may be of several members."""

    def __init__(self, again: str = AGAIN) -> None:
        self._again = again
        self.bytes_read = 0
        """Of the pieces, as they were sent."""
        self._unpacked = 0
        self._head = b""
        self._begun = False
        self._packed = False
        self._member: Any = None

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Blocks of at most a mebibyte. Raises JobBroken for what is damaged or too large."""
        if not self._begun:
            self._head += piece
            if len(self._head) < len(GZIP_MAGIC):
                return
            piece, self._head, self._begun = self._head, b"", True
            self._packed = piece.startswith(GZIP_MAGIC)
        if self._packed:
            yield from self._unpack(piece)
        else:
            for start in range(0, len(piece), BLOCK):
                block = piece[start : start + BLOCK]
                self.bytes_read += len(block)
                yield block

    def finish(self) -> Iterator[bytes]:
        """What is left. Raises JobBroken for a torn file."""
        if self._head:
            yield self._head
        if self._member is not None:
            raise JobBroken(f"The file is torn: its gzip stream does not end. {self._again}")

    def _unpack(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self._member is None:
                self._member = zlib.decompressobj(wbits=31)
            try:
                block = self._member.decompress(piece, BLOCK)
            except zlib.error as error:
                raise JobBroken(
                    f"The file is damaged after byte {self.bytes_read:,}: {error}. {self._again}"
                ) from error
            left = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            self.bytes_read += len(piece) - len(left)
            piece = left
            if self._member.eof:
                self._member = None
                # Some tools fill the last block of a tape with zeros.
                piece = piece.lstrip(b"\0")
            self._unpacked += len(block)
            if self._unpacked > MOST_BYTES:
                raise JobBroken(f"The file has more than {MOST_BYTES // 1024**3} GiB unpacked; split it.")
            if block:
                yield block
