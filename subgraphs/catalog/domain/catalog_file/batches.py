"""A file's pieces become batches of drafts, each as large as one transaction takes well."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from subgraphs.catalog.domain.catalog_file.beside import NOTHING, Beside, beside_of
from subgraphs.catalog.domain.catalog_file.entries import PRODUCT, Entry, entry_of, type_of
from subgraphs.catalog.domain.catalog_file.lines import Line, LineReader
from subgraphs.catalog.domain.catalog_file.record import Defaults, draft_of
from subgraphs.catalog.domain.catalog_file.unpacking import Unpacker
from subgraphs.catalog.domain.catalog_file.values import BadRecord
from subgraphs.catalog.domain.draft_rules import faults_of
from subgraphs.catalog.domain.product import Fault, ProductDraft, ProductWrite, WriteResult

BATCH = 500
BATCH_BYTES = 8 * 1024 * 1024
REMEDIES = {
    "TOO_LONG": "shorten it",
    "TAKEN": "give it a value of its own, or remove the other line",
    "LIMIT_REACHED": "split the product",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LineFault:
    """One line that is not in the catalogue, and how to mend it."""

    line: int
    reference: str
    field: str
    message: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class EntryWrite:
    """What came of an entry."""

    result: WriteResult
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportBatch:
    """Lines that are written together. A product stands in it once: of two lines of a file the later one wins."""

    last_line: int
    bytes_read: int
    """Of the file as it was sent."""
    lines: tuple[int, ...]
    drafts: tuple[ProductDraft, ...]
    besides: tuple[Beside, ...]
    """One a draft."""
    entries: tuple[tuple[int, Entry], ...] = ()
    """What is no product, by line."""
    faults: tuple[LineFault, ...]

    def refusals(self, writes: Sequence[ProductWrite]) -> list[LineFault]:
        """Why the catalogue did not take some of the drafts."""
        return [
            _line_fault(line, draft, fault)
            for line, draft, write in zip(self.lines, self.drafts, writes, strict=True)
            for fault in write.faults
        ]

    def entry_refusals(self, writes: Mapping[int, EntryWrite]) -> list[LineFault]:
        """Why some of the entries were not taken, by line."""
        return [
            line_fault(line, entry.key.replace("\x1f", " > "), fault, "mend the value and import the file again")
            for line, entry in self.entries
            if line in writes
            for fault in writes[line].faults
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """What a line says: a product, or something else, or nothing that can be written."""

    draft: ProductDraft | None = None
    beside: Beside = NOTHING
    entry: Entry | None = None
    names: frozenset[str] = frozenset()
    faults: Sequence[LineFault] = ()


class ImportFile:
    """Fed with the file's pieces in order; gives batches of what comes after `after_line`."""

    def __init__(self, defaults: Defaults, after_line: int = 0) -> None:
        self._defaults = defaults
        self._unpacker = Unpacker()
        self._reader = LineReader(after_line)
        self._gathering = _Gathering()

    def feed(self, piece: bytes) -> Iterator[ImportBatch]:
        """Raises JobBroken for a file that cannot be read (on)."""
        for block in self._unpacker.feed(piece):
            for line in self._reader.feed(block):
                yield from self._take(line)

    def finish(self) -> Iterator[ImportBatch]:
        """Raises JobBroken for a torn file."""
        for block in self._unpacker.finish():
            for line in self._reader.feed(block):
                yield from self._take(line)
        for line in self._reader.finish():
            yield from self._take(line)
        if self._gathering.last:
            yield self._gathering.batch(self._unpacker.bytes_read)

    def rest(self) -> Iterator[ImportBatch]:
        """What was read before the file turned out to be damaged."""
        if self._gathering.last:
            yield self._gathering.batch(self._unpacker.bytes_read)
            self._gathering = _Gathering()

    def _take(self, line: Line) -> Iterator[ImportBatch]:
        read = _read(line, self._defaults)
        if self._gathering.full or not self._gathering.names.isdisjoint(read.names):
            yield self._gathering.batch(self._unpacker.bytes_read)
            self._gathering = _Gathering()
        self._gathering.add(line, read)


class _Gathering:
    """A batch that is being filled."""

    def __init__(self) -> None:
        self.last = 0
        self._size = 0
        self._lines: list[int] = []
        self._drafts: list[ProductDraft] = []
        self._besides: list[Beside] = []
        self._entries: list[tuple[int, Entry]] = []
        self._faults: list[LineFault] = []
        self.names: set[str] = set()
        """Of its products, their SKUs and its entries: each stands in a batch once."""

    @property
    def full(self) -> bool:
        return (
            len(self._drafts) + len(self._entries) >= BATCH or self._size >= BATCH_BYTES or len(self._faults) >= BATCH
        )

    def add(self, line: Line, read: _Read) -> None:
        self.last = line.last
        self._size += line.size
        self._faults.extend(read.faults)
        self.names |= read.names
        if read.draft is not None:
            self._lines.append(line.number)
            self._drafts.append(read.draft)
            self._besides.append(read.beside)
        if read.entry is not None:
            self._entries.append((line.number, read.entry))

    def batch(self, bytes_read: int) -> ImportBatch:
        return ImportBatch(
            last_line=self.last,
            bytes_read=bytes_read,
            lines=tuple(self._lines),
            drafts=tuple(self._drafts),
            besides=tuple(self._besides),
            entries=tuple(self._entries),
            faults=tuple(self._faults),
        )


def _read(line: Line, defaults: Defaults) -> _Read:
    """What the line says, or why it says nothing."""
    record, bad = line.record or {}, line.faults
    if not bad:
        try:
            if type_of(record) == PRODUCT:
                return _product(line, draft_of(record, defaults), beside_of(record))
            entry = entry_of(record)
            return _Read(entry=entry, names=frozenset({f" {entry.type} {entry.key}"}))
        except BadRecord as fault:
            bad = ((line.number, fault),)
    return _Read(
        faults=[
            LineFault(line=number, reference=line.reference, field=each.field, message=each.what, remedy=each.how)
            for number, each in bad
        ]
    )


def _product(line: Line, draft: ProductDraft, beside: Beside) -> _Read:
    (faults,) = faults_of([draft])
    if faults:
        return _Read(faults=[_line_fault(line.number, draft, each) for each in faults])
    # Made in the thread that reads, while another batch is written.
    _ = draft.content.fingerprint
    # A SKU never begins with the blank that tells the two apart.
    names = frozenset({f" {draft.content.external_reference}", *(each.sku for each in draft.content.variants)})
    return _Read(draft=draft, beside=beside, names=names)


def _line_fault(line: int, draft: ProductDraft, fault: Fault) -> LineFault:
    remedy = REMEDIES.get(fault.code, "mend the value and import the file again")
    return line_fault(line, draft.content.external_reference, fault, remedy)


def line_fault(line: int, reference: str, fault: Fault, remedy: str) -> LineFault:
    return LineFault(
        line=line, reference=reference[:200], field=".".join(fault.field) or "line", message=fault.message,
        remedy=remedy,
    )  # fmt: skip
