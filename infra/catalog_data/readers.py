"""Catalogue files, line by line: JSONL or CSV, plain or gzip, in constant memory."""

import csv
import gzip
import hashlib
import io
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson

from infra.catalog_data.records import FIELDS, BadRecord
from infra.embedded.failures import StackError

LONGEST_LINE = 4 * 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
STANDARD_INPUT = Path("-")


class UnreadableFile(StackError):
    """The file cannot be read (on)."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: its record, or what is wrong with it."""

    number: int
    record: dict[str, Any] | None = None
    fault: BadRecord | None = None


class CatalogFile:
    """An open catalogue file."""

    def __init__(self, raw: IO[bytes], size: int | None, name: str) -> None:
        self._raw = raw
        self.size = size
        """Bytes on disk; None for a pipe."""
        self._name = name

    @property
    def position(self) -> int:
        """Bytes read so far, of `size`."""
        return self._raw.tell() if self.size is not None else 0

    def lines(self) -> Iterator[Line]:
        """Every line that is not empty. Raises UnreadableFile where the file is damaged."""
        buffered = cast("io.BufferedReader", self._raw)
        plain: Any = gzip.GzipFile(fileobj=buffered) if buffered.peek(2)[:2] == GZIP_MAGIC else buffered
        number = 0
        try:
            reader = io.BufferedReader(plain) if plain is not buffered else buffered
            beginning = reader.peek(64)[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
            for line in _json_lines(reader) if beginning[:1] in (b"{", b"") else _csv_lines(reader):
                number = line.number
                yield line
        except (EOFError, gzip.BadGzipFile, OSError) as error:
            raise UnreadableFile(
                f"{self._name} is damaged after line {number}: {error}.",
                "Fetch or pack the file again; lines before it are in, and importing it again does no harm.",
            ) from error


@contextmanager
def opened(path: Path) -> Generator[CatalogFile]:
    """The file, or standard input for `-`. Raises UnreadableFile."""
    if path == STANDARD_INPUT:
        yield CatalogFile(sys.stdin.buffer, None, "standard input")
        return
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    with raw:
        yield CatalogFile(raw, path.stat().st_size, path.name)


def digest(path: Path) -> str:
    """SHA-256 (hex) of the file as it is on disk."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json_lines(reader: IO[bytes]) -> Iterator[Line]:
    number = 0
    while raw := reader.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = reader.readline(LONGEST_LINE)
            fault = BadRecord("line", f"is longer than {LONGEST_LINE:,} bytes", "split or shorten the product")
            yield Line(number=number, fault=fault)
        elif text := raw.removeprefix(b"\xef\xbb\xbf").strip():
            yield _json_line(number, text)


def _json_line(number: int, text: bytes) -> Line:
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        fault = BadRecord("line", f"is no JSON: {error}", "write one complete JSON object a line, in UTF-8")
        return Line(number=number, fault=fault)
    if not isinstance(record, dict):
        fault = BadRecord("line", "is JSON but no object", 'write {"id": "…", "title": "…", …}')
        return Line(number=number, fault=fault)
    return Line(number=number, record=cast("dict[str, Any]", record))


def _csv_lines(reader: IO[bytes]) -> Iterator[Line]:
    text = io.TextIOWrapper(cast("Any", reader), encoding="utf-8-sig", errors="replace", newline="")
    csv.field_size_limit(LONGEST_LINE)
    rows = csv.reader(text)
    try:
        header = _csv_header(rows)
        while True:
            try:
                row = next(rows, None)
            except csv.Error as error:
                yield Line(number=rows.line_num, fault=BadRecord("line", f"is no CSV: {error}", "quote the field"))
                continue
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield _csv_line(rows.line_num, header, row)
    finally:
        # Else it would close the file, which is not its own.
        text.detach()


def _csv_header(rows: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise UnreadableFile(f"The header is no CSV: {error}.", "Begin with a line of column names.") from error
    missing = [name for name in ("id", "title") if name not in header]
    if missing:
        raise UnreadableFile(
            f"The file is neither JSONL nor CSV with a header: there is no column {' and no column '.join(missing)}.",
            "Begin a CSV file with column names: id,title,brand,category,price_cents,… (docs/catalog-import.md).",
        )
    return header


def _csv_line(number: int, header: list[str], row: list[str]) -> Line:
    if len(row) > len(header):
        fault = BadRecord(
            "line", f"has {len(row)} fields under {len(header)} columns", "quote fields that contain a comma"
        )
        return Line(number=number, fault=fault)
    if any("\ufffd" in cell for cell in row):
        return Line(number=number, fault=BadRecord("line", "is not UTF-8", "save the file as UTF-8"))
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name and cell.strip()}
    record: dict[str, Any] = {name: cell for name, cell in cells.items() if name in FIELDS}
    facts = {name: cell for name, cell in cells.items() if name not in FIELDS}
    if facts:
        record["attributes"] = facts
    if "ean" in record:
        record["ean"] = record["ean"].split("|")
    if "published" in record:
        record["published"] = record["published"].lower() not in ("false", "no", "0")
    for name in ("variants", "attributes"):
        if isinstance(record.get(name), str):
            return Line(
                number=number,
                fault=BadRecord(name, "cannot stand in a CSV file", "use JSONL for products with variants"),
            )
    return Line(number=number, record=record)
