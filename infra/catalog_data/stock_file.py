"""Stock files: CSV with a header, `sku,location` and either `quantity` or `delta`, line by line in constant memory."""

import csv
import gzip
import io
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Literal, cast

from infra.embedded.failures import StackError
from subgraphs.catalog.domain.catalog_file.table import unguarded
from subgraphs.catalog.domain.catalog_file.writing import guarded

How = Literal["quantity", "delta"]
COLUMNS = ("sku", "location", "quantity", "delta", "reason")
REJECTED = ("line", "error")
"""What a file of rejects has besides; ignored, so that it can be mended and imported as it is."""
MOST_UNITS = 1_000_000_000
LONGEST = 200
GZIP_MAGIC = b"\x1f\x8b"


class UnreadableStock(StackError):
    """The file is no stock file, or cannot be read on."""


@dataclass(frozen=True, kw_only=True)
class StockLine:
    """One line, and what is wrong with it."""

    number: int
    sku: str
    location: str
    units: str
    reason: str = ""
    error: str = ""

    def adjustment(self, how: How) -> dict[str, Any]:
        """As `stockAdjust` takes it."""
        said = {"sku": self.sku, how: int(self.units), "reason": self.reason or "stock file"}
        return said | ({"locationId": self.location} if self.location else {})


class StockFile:
    """An open stock file. `how` says what its numbers mean."""

    def __init__(self, raw: IO[bytes], name: str) -> None:
        buffered = cast("io.BufferedReader", raw)
        packed = buffered.peek(2)[:2] == GZIP_MAGIC
        plain: Any = gzip.GzipFile(fileobj=buffered) if packed else buffered
        self._raw = raw
        self._name = name
        self._rows = csv.reader(io.TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline=""))
        self._columns = self._header()
        self.how: How = "quantity" if "quantity" in self._columns else "delta"

    @property
    def position(self) -> int:
        """Bytes read so far."""
        return self._raw.tell()

    def _header(self) -> list[str]:
        try:
            names = [name.strip().lower() for name in next(self._rows, [])]
        except (csv.Error, OSError, EOFError) as error:
            raise UnreadableStock(f"{self._name} cannot be read: {error}.", _FORM) from error
        missing = [name for name in ("sku", "location") if name not in names]
        unknown = [name for name in names if name not in (*COLUMNS, *REJECTED)]
        if missing or unknown or len(set(names)) != len(names) or ("quantity" in names) == ("delta" in names):
            what = (
                f"there is no column {missing[0]}" if missing
                else f"the column {unknown[0]!r} is unknown" if unknown
                else "a column is there twice" if len(set(names)) != len(names)
                else "it needs a column quantity or a column delta, and not both"
            )  # fmt: skip
            raise UnreadableStock(f"{self._name} is no stock file: {what}.", _FORM)
        return names

    def lines(self) -> Iterator[StockLine]:
        """Every line that is not empty. Raises UnreadableStock where the file is damaged."""
        while True:
            try:
                row = next(self._rows, None)
            except csv.Error as error:
                yield StockLine(number=self._rows.line_num, sku="", location="", units="", error=f"is no CSV: {error}")
                continue
            except (EOFError, OSError) as error:
                raise UnreadableStock(
                    f"{self._name} is damaged after line {self._rows.line_num}: {error}.",
                    "Fetch or pack it again. The lines before are in; importing it again does no harm.",
                ) from error
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield self._line(self._rows.line_num, row)

    def _line(self, number: int, row: list[str]) -> StockLine:
        stripped = ((name, cell.strip()) for name, cell in zip(self._columns, row, strict=False))
        cells = {name: unguarded(cell) if cell else "" for name, cell in stripped}
        line = StockLine(
            number=number,
            sku=cells.get("sku", ""),
            location=cells.get("location", ""),
            units=cells.get(self.how, ""),
            reason=cells.get("reason", ""),
        )
        error = _fault(line, self.how, fields=len(row), columns=len(self._columns))
        return replace(line, error=error)


def _fault(line: StockLine, how: How, *, fields: int, columns: int) -> str:
    if fields != columns:
        return f"has {fields} fields under {columns} columns"
    if "\ufffd" in f"{line.sku}{line.location}{line.reason}":
        return "is not UTF-8"
    if not line.sku:
        return "names no sku"
    if max(len(line.sku), len(line.location), len(line.reason)) > LONGEST:
        return f"has a field of more than {LONGEST} characters"
    return "" if _possible(line.units, how) else f"{how} {line.units!r} is no whole number up to 1,000,000,000"


def _possible(text: str, how: How) -> bool:
    least = 0 if how == "quantity" else -MOST_UNITS
    return bool(_WHOLE.fullmatch(text)) and least <= int(text) <= MOST_UNITS


@contextmanager
def opened_stock(path: Path) -> Generator[StockFile]:
    """Raises UnreadableStock."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UnreadableStock(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    with raw:
        yield StockFile(raw, path.name)


class Rejects:
    """The lines that were refused, as a stock file with why; made with the first of them."""

    def __init__(self, path: Path, how: How) -> None:
        self.path = path
        self.count = 0
        self.first: StockLine | None = None
        self._how = how
        self._file: IO[str] | None = None

    def __enter__(self) -> "Rejects":
        # Of an earlier attempt: nothing in it is true any more.
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: StockLine) -> None:
        """Raises UnreadableStock when the file cannot be written."""
        self.count += 1
        self.first = self.first or line
        try:
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                csv.writer(self._file).writerow(["line", "sku", "location", self._how, "reason", "error"])
            sku, location, reason, error = map(guarded, (line.sku, line.location, line.reason, line.error))
            csv.writer(self._file).writerow([line.number, sku, location, line.units, reason, error])
        except OSError as error:
            raise UnreadableStock(
                f"The rejects {self.path} cannot be written: {error.strerror}.", "Choose another place with --rejects."
            ) from error


def row_of(level: Mapping[str, Any]) -> list[str]:
    """A level as a line of a file of quantities."""
    counted = level["available"] + level["reserved"] + level["secured"]
    return [guarded(level["sku"]), guarded(level["location"]), str(counted)]


_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_FORM = "Begin with the header sku,location,quantity or sku,location,delta (docs/inventory.md)."
