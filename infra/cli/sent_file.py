"""A file on its way to a job that waits for it."""

import gzip
import hashlib
import sys
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from emporium.catalog.v1 import job_pb2 as pb
from rich.progress import Progress

from infra.cli.console import STANDARD_INPUT
from infra.embedded.failures import StackError

GZIP_MAGIC = b"\x1f\x8b"


class UnreadableFile(StackError):
    """The file cannot be read."""


class SentFile:
    """A file on its way, in pieces that are the same every time."""

    def __init__(self, raw: IO[bytes], size: int | None, digest: str) -> None:
        self._raw = raw
        self.size = size
        """Bytes on disk; None for a pipe."""
        self.digest = digest
        """SHA-256 (hex); empty for a pipe."""

    def pieces(self, size: int) -> Iterator[tuple[bytes, int, bool]]:
        """Each with the bytes read up to its end and whether it is the last. A packed file is sent as it is, each piece
        of another as a gzip member."""
        piece = self._raw.read(size)
        read = len(piece)
        packed = piece.startswith(GZIP_MAGIC)
        while True:
            following = self._raw.read(size)
            yield (piece if packed else gzip.compress(piece, compresslevel=1, mtime=0)), read, not following
            if not following:
                return
            piece = following
            read += len(piece)


@contextmanager
def opened(path: Path) -> Generator[SentFile]:
    """The file, or standard input for `-`. Raises UnreadableFile."""
    if path == STANDARD_INPUT:
        yield SentFile(sys.stdin.buffer, None, "")
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            size = path.stat().st_size
        except OSError as error:
            raise UnreadableFile(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
        yield SentFile(file, size, digest)


async def send(
    add: Callable[[pb.AddImportPartRequest], Awaitable[None]],
    pieces: Iterator[tuple[bytes, int, bool]],
    job: pb.Job,
    shown: Progress,
    size: int | None,
) -> None:
    """Piece by piece, from where an earlier attempt stopped."""
    task = shown.add_task("sending", total=size, shown="", done=0)
    for number, (content, read, last) in enumerate(pieces, 1):
        if number > job.received_parts:
            await add(pb.AddImportPartRequest(job_id=job.id, number=number, content=content, last=last))
        shown.update(task, completed=read, shown=f"{read / 1e6:,.1f} MB")
    shown.update(task, total=1, completed=1)
