"""The lines of a catalogue file, JSONL or CSV, from blocks of bytes; in constant memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import orjson

from subgraphs.catalog.domain.catalog_file.table import Row, Table, open_after
from subgraphs.catalog.domain.catalog_file.values import BadRecord
from subgraphs.catalog.domain.job import JobBroken

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes, of a CSV row with line breaks too."""
BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BLANK = re.compile(rb"[\s,;]*")
TOO_LONG = BadRecord("line", f"is longer than {LONGEST_LINE:,} bytes", "split or shorten the product")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One product's line or rows: its record, or what is wrong with it."""

    number: int
    """Where it begins, from 1."""
    last: int
    """Where it ends."""
    size: int
    """Bytes."""
    reference: str = ""
    record: dict[str, Any] | None = None
    faults: tuple[tuple[int, BadRecord], ...] = ()
    """By line."""


class LineReader:
    """Fed with blocks in order. Lines up to `after_line` are passed over: they were read before."""

    def __init__(self, after_line: int) -> None:
        self._after = after_line
        self._number = 0
        self._rest = b""
        self._too_long = False
        self._lines: _JsonLines | _CsvLines | None = None

    def feed(self, block: bytes) -> Iterator[Line]:
        """Raises JobBroken for a file that is neither."""
        first, *others = block.split(b"\n")
        if not others:
            self._keep(first)
            return
        yield from self._line(first)
        for raw in others[:-1]:
            yield from self._line(raw)
        self._keep(others[-1])

    def finish(self) -> Iterator[Line]:
        if self._rest or self._too_long:
            yield from self._line(b"")
        if self._lines is not None:
            yield from self._lines.finish()

    def _keep(self, raw: bytes) -> None:
        if len(self._rest) + len(raw) > LONGEST_LINE:
            self._too_long, self._rest = True, b""
        elif not self._too_long:
            self._rest += raw

    def _line(self, raw: bytes) -> Iterator[Line]:
        self._keep(raw)
        raw, self._rest, too_long, self._too_long = self._rest, b"", self._too_long, False
        self._number += 1
        if self._lines is None:
            if self._number == 1:
                raw = raw.removeprefix(BOM)
            if not raw.strip() and not too_long:
                return
            self._lines = self._format(raw)
        if too_long:
            yield from self._lines.too_long(self._number)
        else:
            yield from self._lines.take(self._number, raw)

    def _format(self, raw: bytes) -> "_JsonLines | _CsvLines":
        if raw[:2] in UTF16:
            raise JobBroken("The file is UTF-16. Save it as UTF-8 (in Excel: “CSV UTF-8”).")
        return _JsonLines(self._after) if raw.lstrip()[:1] in (b"{", b"") else _CsvLines(self._after)


class _JsonLines:
    """One object a line."""

    def __init__(self, after: int) -> None:
        self._after = after

    def take(self, number: int, raw: bytes) -> Iterator[Line]:
        if number <= self._after or not (text := raw.strip()):
            return
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            yield _faulty(number, "is no JSON: " + str(error), "write one complete JSON object a line, in UTF-8")
            return
        if isinstance(record, dict):
            fields = cast("dict[str, Any]", record)
            reference = str(fields.get("id", ""))[:200]
            yield Line(number=number, last=number, size=len(raw), reference=reference, record=fields)
        else:
            yield _faulty(number, "is JSON but no object", 'write {"id": "…", "title": "…", …}')

    def too_long(self, number: int) -> Iterator[Line]:
        if number > self._after:
            yield Line(number=number, last=number, size=0, faults=((number, TOO_LONG),))

    def finish(self) -> Iterator[Line]:
        return iter(())


class _CsvLines:
    """A header, then one row a variant; rows of a product stand together."""

    def __init__(self, after: int) -> None:
        self._after = after
        self._table: Table | None = None
        self._begun: list[bytes] = []
        """Physical lines of a row whose quotes are still open."""
        self._open = False
        self._size = 0
        self._first = 0
        self._rows: list[Row] = []
        """Of the product that is being read."""

    def take(self, number: int, raw: bytes) -> Iterator[Line]:
        if not self._begun:
            if _BLANK.fullmatch(raw):
                return
            self._first, self._size = number, 0
        self._begun.append(raw)
        self._size += len(raw) + 1
        if b'"' in raw:
            self._open = open_after(raw, self._open, self._table.delimiter if self._table else ",")
        if not self._open:
            row, self._begun = b"\n".join(self._begun), []
            yield from self._row(number, row)
        elif self._size > LONGEST_LINE:
            yield from self.too_long(number)

    def too_long(self, number: int) -> Iterator[Line]:
        first = self._first if self._begun else number
        self._begun, self._open = [], False
        yield from self._finished(Row(first, number, fault=TOO_LONG))

    def finish(self) -> Iterator[Line]:
        if self._begun:
            fault = BadRecord("line", "opens a quote that is never closed", "double quotes inside a field")
            yield from self._finished(Row(self._first, self._first + len(self._begun) - 1, fault=fault))
        yield from self._product()

    def _row(self, last: int, raw: bytes) -> Iterator[Line]:
        if self._table is None:
            self._table = Table.of(raw)
        elif last > self._after:
            yield from self._finished(self._table.row(self._first, last, raw))

    def _finished(self, row: Row) -> Iterator[Line]:
        if row.last <= self._after:
            return
        together = self._table is not None and self._table.one_row_a_variant
        if self._rows and not (together and row.reference and row.reference == self._rows[0].reference):
            yield from self._product()
        self._rows.append(row)

    def _product(self) -> Iterator[Line]:
        if not self._rows:
            return
        rows, self._rows = self._rows, []
        record, faults = None, [(row.number, row.fault) for row in rows if row.fault]
        if not faults and self._table is not None:
            try:
                record = self._table.record(rows)
            except BadRecord as fault:
                faults = [(rows[0].number, fault)]
        yield Line(
            number=rows[0].number,
            last=rows[-1].last,
            size=sum(row.size for row in rows),
            reference=rows[0].reference,
            record=record,
            faults=tuple(faults),
        )


def _faulty(number: int, what: str, how: str) -> Line:
    return Line(number=number, last=number, size=0, faults=((number, BadRecord("line", what, how)),))
