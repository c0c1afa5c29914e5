"""A catalogue as a CSV table, as it is read: one row a variant, attributes as columns."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from subgraphs.catalog.domain.catalog_file.record import FIELDS
from subgraphs.catalog.domain.catalog_file.values import BadRecord
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.product import attribute_label

VARIANT_COLUMNS = ("sku", "variant_title", "price", "currency", "compare_at", "weight_grams", "quantity")
OF_VARIANT = frozenset({*VARIANT_COLUMNS, "price_cents", "compare_at_cents"})
DELIMITERS = (",", ";", "\t")
ATTRIBUTE, OPTION = "attribute.", "option."
# What an export guarded: a spreadsheet would take it for a formula. The apostrophe in front is taken off again.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
csv.field_size_limit(8 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its cells by column, those that are empty left out."""

    number: int
    last: int
    size: int = 0
    reference: str = ""
    cells: Mapping[str, str] = field(default_factory=dict[str, str])
    fault: BadRecord | None = None


@dataclass(frozen=True)
class Table:
    """What the header says."""

    columns: tuple[str, ...]
    delimiter: str

    @property
    def one_row_a_variant(self) -> bool:
        return "sku" in self.columns

    @staticmethod
    def of(header: bytes) -> "Table":
        """Raises JobBroken for a line that is no header."""
        text = header.decode("utf-8", "replace")
        for delimiter in DELIMITERS:
            columns = tuple(name.strip() for name in _cells(text, delimiter))
            if {"id", "title"} <= set(columns):
                break
        else:
            raise JobBroken(
                "The file is neither JSONL nor CSV with a header: its first line names no columns id and title. "
                "Begin a CSV file with id,title,sku,price,… (docs/import-export.md)."
            )
        named = [name for name in columns if name]
        if twice := next((name for name in named if named.count(name) > 1), None):
            raise JobBroken(f"The header names the column {twice!r} twice; remove or rename one of them.")
        return Table(columns, delimiter)

    def row(self, number: int, last: int, raw: bytes) -> Row:
        fault = None
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            text = raw.decode("utf-8", "replace")
            what = f"is not UTF-8: byte {error.start + 1} is 0x{raw[error.start]:02X}"
            fault = BadRecord("line", what, "save the file as UTF-8 (in Excel: “CSV UTF-8”)")
        try:
            values = _cells(text, self.delimiter)
        except csv.Error as error:
            return Row(number, last, fault=BadRecord("line", f"is no CSV: {error}", "quote the field"))
        if len(values) > len(self.columns):
            what = f"has {len(values)} fields under {len(self.columns)} columns"
            fault = BadRecord("line", what, "quote fields that contain a comma")
        cells = {
            name: unguarded(value)
            for name, value in zip(self.columns, values, strict=False)
            if name and value and not value.isspace()
        }
        return Row(number, last, len(raw), cells.get("id", "").strip(), cells, fault)

    def record(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The product of its rows: what is the product's stands in the first. Raises BadRecord."""
        first = rows[0].cells
        several = self.one_row_a_variant and "sku" in first
        record: dict[str, Any] = {
            name: value
            for name, value in first.items()
            if name in FIELDS and name not in ("attributes", "variants") and not (several and name in OF_VARIANT)
        }
        if facts := list(_facts(first)):
            record["attributes"] = facts
        if "ean" in record:
            record["ean"] = record["ean"].split("|")
        if "images" in record:
            record["images"] = _images(record["images"])
        if record.get("category", "").startswith("["):
            record["category"] = _json_list("category", record["category"])
        if "published" in record:
            record["published"] = _flag("published", record["published"])
        if several:
            record["variants"] = [_variant(row.cells) for row in rows]
        elif len(rows) > 1:
            raise BadRecord("sku", "is missing", "give every row of a product with several variants a sku")
        elif options := _options(first):
            raise BadRecord(f"{OPTION}{next(iter(options))}", "has no sku beside it", "add a column sku")
        return record


def open_after(line: bytes, opened: bool, delimiter: str) -> bool:
    """Whether a quoted field goes on after this line, as csv reads it: a quote opens only where a field begins."""
    quote, end = b'"', delimiter.encode()
    place = 0
    while True:
        if opened:
            place = line.find(quote, place)
            if place < 0:
                return True
            if line[place + 1 : place + 2] == quote:
                place += 2
                continue
            opened = False
        elif line[place : place + 1] == quote:
            opened, place = True, place + 1
            continue
        place = line.find(end, place) + 1
        if not place:
            return False


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def _cells(text: str, delimiter: str) -> list[str]:
    return next(csv.reader([text], delimiter=delimiter), [])


def _flag(name: str, value: str) -> bool:
    lowered = value.strip().lower()
    if lowered not in _TRUE | _FALSE:
        raise BadRecord(name, f"{value[:40]!r} is neither true nor false", "write true or false")
    return lowered in _TRUE


def _json_list(name: str, cell: str) -> list[Any]:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError as error:
        raise BadRecord(name, f"begins with [ but is no JSON: {error}", "write a JSON list") from None


def _images(cell: str) -> list[Any]:
    """Addresses apart by blanks, or a JSON list."""
    return _json_list("images", cell) if cell.startswith("[") else cell.split()


def _facts(cells: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Those with a column, then those of the column `attributes`, where a key stands for the one with that column."""
    columns = {each["key"]: each for each in _columns(cells)}
    listed = cells.get("attributes", "")
    if listed and not listed.startswith("["):
        raise BadRecord("attributes", "is no JSON list", "give every attribute a column attribute.name")
    others = _json_list("attributes", listed) if listed else []
    named = {each for each in others if isinstance(each, str)}
    yield from (each for key, each in columns.items() if key not in named)
    for each in others:
        if not isinstance(each, str):
            yield each
        elif each in columns:
            yield columns[each]


def _columns(cells: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Of columns `attribute.key`, and of those that are no field."""
    for name, cell in cells.items():
        if name.startswith(ATTRIBUTE):
            key = _NOT_KEY.sub("_", name.removeprefix(ATTRIBUTE).lower()).strip("_")
            yield {"key": key, "label": attribute_label(key), "value": cell.strip(), "number": number_of(cell.strip())}
        elif name not in FIELDS and name not in OF_VARIANT and not name.startswith(OPTION):
            key = _NOT_KEY.sub("_", name.lower()).strip("_")
            label = name if name != key else attribute_label(name)
            yield {"key": key, "label": label, "value": cell.strip()}


def number_of(cell: str) -> float | None:
    """Of a cell that is a number as it would be written again."""
    return float(cell) if _NUMBER.fullmatch(cell) and f"{float(cell):.12g}" == cell else None


def _options(cells: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(OPTION): cell for name, cell in cells.items() if name.startswith(OPTION)}


def _variant(cells: Mapping[str, str]) -> dict[str, Any]:
    variant: dict[str, Any] = {name: cell.strip() for name, cell in cells.items() if name in OF_VARIANT}
    if "variant_title" in variant:
        variant["title"] = variant.pop("variant_title")
    return variant | {"options": _options(cells)}
