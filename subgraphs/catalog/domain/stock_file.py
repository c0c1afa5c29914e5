"""A stock file's pieces become batches of adjustments: CSV with `sku`, `location`, `quantity` or `delta`, `reason`."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from subgraphs.catalog.domain.catalog_file.batches import LineFault
from subgraphs.catalog.domain.catalog_file.table import unguarded
from subgraphs.catalog.domain.catalog_file.unpacking import Unpacker
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.stock import DEFAULT_LOCATION, MOST_UNITS_IN_STOCK, Adjustment, AdjustmentOutcome

BATCH = 500
LONGEST = 200
"""Characters of a cell."""
LONGEST_LINE = 64 * 1024
COLUMNS = frozenset({"sku", "location", "quantity", "delta", "reason"})
REJECTED = frozenset({"line", "error"})
"""What a file of rejects has besides; not read, so that it can be mended and sent as it is."""
BOM = b"\xef\xbb\xbf"
FORM = "Begin it with sku,location,quantity or sku,location,delta, perhaps with reason (docs/inventory.md)."
AGAIN = (
    "Pack or fetch it again. What the job has done is in: of a file of deltas import only the lines after those, "
    "for they would be added once more."
)
_WHOLE = re.compile(r"[+-]?\d{1,10}")


@dataclass(frozen=True, kw_only=True)
class StockBatch:
    """Lines that are written together, in their order."""

    last_line: int
    bytes_read: int
    lines: tuple[int, ...]
    adjustments: tuple[Adjustment, ...]
    faults: tuple[LineFault, ...]

    def refusals(self, outcomes: Sequence[AdjustmentOutcome]) -> list[LineFault]:
        return [
            line_fault(line, each.sku, fault.field[-1], fault.message)
            for line, each, outcome in zip(self.lines, self.adjustments, outcomes, strict=True)
            for fault in outcome.faults
        ]


def line_fault(line: int, sku: str, field: str, message: str) -> LineFault:
    return LineFault(line=line, reference=sku[:LONGEST], field=field, message=message, remedy="mend the line, send it")


class StockFile:
    """Fed with the file's pieces in order; gives batches of what comes after `after_line`."""

    def __init__(self, after_line: int = 0) -> None:
        self._after = after_line
        self._unpacker = Unpacker(AGAIN)
        self._rest = b""
        self._number = 0
        self._columns: list[str] = []
        self._lines: list[int] = []
        self._adjustments: list[Adjustment] = []
        self._faults: list[LineFault] = []

    def feed(self, piece: bytes) -> Iterator[StockBatch]:
        """Raises JobBroken for a file that cannot be read (on)."""
        for block in self._unpacker.feed(piece):
            yield from self._take(block)

    def finish(self) -> Iterator[StockBatch]:
        """Raises JobBroken for a torn file."""
        for block in self._unpacker.finish():
            yield from self._take(block)
        yield from self._take(b"\n")
        if not self._columns:
            raise JobBroken(f"The file is empty. {FORM}")
        yield from self.rest()

    def rest(self) -> Iterator[StockBatch]:
        """What was read and not given yet."""
        if self._lines or self._faults:
            yield StockBatch(
                last_line=self._number,
                bytes_read=self._unpacker.bytes_read,
                lines=tuple(self._lines),
                adjustments=tuple(self._adjustments),
                faults=tuple(self._faults),
            )
            self._lines, self._adjustments, self._faults = [], [], []

    def _take(self, block: bytes) -> Iterator[StockBatch]:
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            raise JobBroken(f"Line {self._number + 1} has more than {LONGEST_LINE:,} bytes. {FORM}")
        for raw in lines:
            self._number += 1
            if not raw.strip():
                continue
            if not self._columns:
                self._columns = header(raw)
            elif self._number > self._after:
                self._read(raw)
                if len(self._lines) + len(self._faults) >= BATCH:
                    yield from self.rest()

    def _read(self, raw: bytes) -> None:
        text = raw.decode("utf-8", "replace")
        try:
            cells = next(csv.reader([text.rstrip("\r")]), [])
        except csv.Error as error:
            self._faults.append(line_fault(self._number, "", "line", f"is no CSV: {_said(error)}"))
            return
        values = {name: unguarded(cell.strip()) for name, cell in zip(self._columns, cells, strict=False)}
        sku = values.get("sku", "")
        if len(cells) != len(self._columns):
            what = f"has {len(cells)} fields under {len(self._columns)} columns"
            self._faults.append(line_fault(self._number, sku, "line", what))
        elif told := _told(values):
            self._faults.append(line_fault(self._number, sku, *told))
        else:
            self._lines.append(self._number)
            self._adjustments.append(
                Adjustment(
                    sku=sku,
                    location=values.get("location") or DEFAULT_LOCATION,
                    delta=int(values.get("delta") or 0),
                    quantity=int(values["quantity"]) if "quantity" in values else None,
                    reason=values.get("reason") or "stock file",
                )
            )


def header(raw: bytes) -> list[str]:
    """The columns that the first line names. Raises JobBroken for one of another file."""
    text = raw.removeprefix(BOM).decode("utf-8", "replace").rstrip("\r\n")
    try:
        names = [name.strip().lower() for name in next(csv.reader([text]), [])]
    except csv.Error as error:
        raise JobBroken(f"The file is no stock file: its first line is no CSV: {_said(error)}. {FORM}") from error
    known = {"sku", "location"} <= set(names) <= COLUMNS | REJECTED and len(set(names)) == len(names)
    if not known or ("quantity" in names) == ("delta" in names):
        raise JobBroken(
            f"The file is no stock file: its first line names {', '.join(names)[:200] or 'nothing'}. {FORM}"
        )
    return names


def _said(error: csv.Error) -> str:
    """Without the advice for programmers."""
    return str(error).partition(" - ")[0]


def _told(values: dict[str, str]) -> tuple[str, str] | None:
    """The field that is wrong, and how."""
    if wrong := next((name for name, value in values.items() if "\ufffd" in value or "\0" in value), None):
        return wrong, "is not UTF-8"
    if not values["sku"]:
        return "sku", "is missing"
    if wrong := next((name for name in values if name not in REJECTED and len(values[name]) > LONGEST), None):
        return wrong, f"has more than {LONGEST} characters"
    how = "quantity" if "quantity" in values else "delta"
    least = 0 if how == "quantity" else -MOST_UNITS_IN_STOCK
    if not _WHOLE.fullmatch(values[how]) or not least <= int(values[how]) <= MOST_UNITS_IN_STOCK:
        return how, f"{values[how]!r} is no whole number from {least:,} to {MOST_UNITS_IN_STOCK:,}"
    return None
