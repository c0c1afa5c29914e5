"""Stock files as the terminal has them: their header, and the lines that were refused."""

import csv
import gzip
import os
import zlib
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any

from infra.cli.sent_file import GZIP_MAGIC, UnreadableFile
from infra.embedded.failures import StackError
from subgraphs.catalog.domain.catalog_file.table import unguarded
from subgraphs.catalog.domain.catalog_file.writing import guarded
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.stock_file import LONGEST_LINE, REJECTED, header

NUMBERS = frozenset({"quantity", "delta"})


class NoStockFile(StackError):
    """The file's first line says that it is another one."""


def columns_of(path: Path) -> list[str]:
    """What the first line that is not empty names. Raises UnreadableFile and NoStockFile."""
    with _unpacked(path) as file:
        first = b""
        while (line := file.readline(LONGEST_LINE)) and not (first := line).strip():
            pass
    try:
        return header(first)
    except JobBroken as broken:
        raise NoStockFile(f"{path}: {broken}") from broken


async def write_rejects(
    refused: AsyncIterator[dict[str, Any]], source: Path, columns: Sequence[str], path: Path
) -> dict[str, Any] | None:
    """The lines of `source` that were refused, which come in its order, with why: a stock file once they are mended.
    The first of them. No file is made without one. Raises StackError when it cannot be written."""
    first: dict[str, Any] | None = None
    last = 0
    with ExitStack() as stack:
        lines = stack.enter_context(closing(_numbered(source)))
        rows: Any = None
        async for error in refused:
            if error["line"] == last:
                continue
            first, last = first or error, error["line"]
            rows = rows or csv.writer(stack.enter_context(_made(path, columns)))
            raw = next((raw for number, raw in lines if number == last), b"")
            rows.writerow([last, *_cells(raw, columns), guarded(why(error))])
    return first


def why(error: dict[str, Any]) -> str:
    """`sku: is unknown`, or what is wrong with the whole line."""
    return error["message"] if error["field"] == "line" else f"{error['field']}: {error['message']}"


def beside(file: Path) -> Path:
    """Where the refused lines go."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path.cwd()
    return folder / f"{file.name}.rejects.csv"


def forget(rejects: Path) -> None:
    """Of an earlier attempt: nothing in it is true any more."""
    rejects.unlink(missing_ok=True)


def _numbered(path: Path) -> Generator[tuple[int, bytes]]:
    with _unpacked(path) as file:
        yield from enumerate(file, 1)


@contextmanager
def _unpacked(path: Path) -> Generator[IO[bytes]]:
    try:
        with path.open("rb") as raw:
            packed = raw.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
            yield gzip.GzipFile(fileobj=raw) if packed else raw  # pyright: ignore[reportReturnType]
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.", "Check it."
        ) from error


@contextmanager
def _made(path: Path, columns: Sequence[str]) -> Generator[IO[str]]:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(["line", *_kept(columns), "error"])
            yield file
    except OSError as error:
        raise StackError(
            f"The rejects {path} cannot be written: {error.strerror}.", "Choose another place with --rejects."
        ) from error


def _kept(columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name not in REJECTED]


def _cells(raw: bytes, columns: Sequence[str]) -> list[str]:
    text = raw.decode("utf-8", "replace").strip()
    try:
        cells = next(csv.reader([text]), [])
    except csv.Error:
        cells = [text]
    values = {name: unguarded(cell.strip()) for name, cell in zip(columns, cells, strict=False)}
    return [values.get(name, "") if name in NUMBERS else guarded(values.get(name, "")) for name in _kept(columns)]
