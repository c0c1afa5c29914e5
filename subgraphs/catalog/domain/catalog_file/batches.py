"""A file's pieces become batches of drafts, each as large as one transaction takes well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from subgraphs.catalog.domain.catalog_file.beside import NOTHING, Beside, beside_of
from subgraphs.catalog.domain.catalog_file.lines import Line, LineReader
from subgraphs.catalog.domain.catalog_file.record import Defaults, draft_of
from subgraphs.catalog.domain.catalog_file.unpacking import Unpacker
from subgraphs.catalog.domain.catalog_file.values import BadRecord
from subgraphs.catalog.domain.draft_rules import faults_of
from subgraphs.catalog.domain.product import Fault, ProductDraft, ProductWrite

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
class ImportBatch:
    """Lines that are written together. A product stands in it once: of two lines of a file the later one wins."""

    last_line: int
    bytes_read: int
    """Of the file as it was sent."""
    lines: tuple[int, ...]
    drafts: tuple[ProductDraft, ...]
    besides: tuple[Beside, ...]
    """One a draft."""
    faults: tuple[LineFault, ...]

    def refusals(self, writes: Sequence[ProductWrite]) -> list[LineFault]:
        """Why the catalogue did not take some of the drafts."""
        return [
            _line_fault(line, draft, fault)
            for line, draft, write in zip(self.lines, self.drafts, writes, strict=True)
            for fault in write.faults
        ]


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
        draft, beside, faults = _read(line, self._defaults)
        if self._gathering.full or (draft is not None and self._gathering.has(draft)):
            yield self._gathering.batch(self._unpacker.bytes_read)
            self._gathering = _Gathering()
        self._gathering.add(line, draft, beside, faults)


class _Gathering:
    """A batch that is being filled."""

    def __init__(self) -> None:
        self.last = 0
        self._size = 0
        self._lines: list[int] = []
        self._drafts: list[ProductDraft] = []
        self._besides: list[Beside] = []
        self._faults: list[LineFault] = []
        self._names: set[str] = set()

    @property
    def full(self) -> bool:
        return len(self._drafts) >= BATCH or self._size >= BATCH_BYTES or len(self._faults) >= BATCH

    def has(self, draft: ProductDraft) -> bool:
        """Is it, or one of its SKUs, in this batch already?"""
        return not self._names.isdisjoint(_names(draft))

    def add(self, line: Line, draft: ProductDraft | None, beside: Beside, faults: Sequence[LineFault]) -> None:
        self.last = line.last
        self._size += line.size
        self._faults.extend(faults)
        if draft is not None:
            self._lines.append(line.number)
            self._drafts.append(draft)
            self._besides.append(beside)
            self._names |= _names(draft)

    def batch(self, bytes_read: int) -> ImportBatch:
        return ImportBatch(
            last_line=self.last,
            bytes_read=bytes_read,
            lines=tuple(self._lines),
            drafts=tuple(self._drafts),
            besides=tuple(self._besides),
            faults=tuple(self._faults),
        )


def _names(draft: ProductDraft) -> set[str]:
    # A SKU never begins with the blank that tells the two apart.
    return {f" {draft.content.external_reference}", *(each.sku for each in draft.content.variants)}


def _read(line: Line, defaults: Defaults) -> tuple[ProductDraft | None, Beside, list[LineFault]]:
    """The line's draft and what stands beside it, or why there is none."""
    bad: Sequence[tuple[int, BadRecord]] = line.faults
    if not bad:
        try:
            draft, beside = draft_of(line.record or {}, defaults), beside_of(line.record or {})
        except BadRecord as fault:
            bad = ((line.number, fault),)
        else:
            (faults,) = faults_of([draft])
            told = [_line_fault(line.number, draft, each) for each in faults]
            return (None if told else draft), beside, told
    return (
        None,
        NOTHING,
        [
            LineFault(line=number, reference=line.reference, field=each.field, message=each.what, remedy=each.how)
            for number, each in bad
        ],
    )


def _line_fault(line: int, draft: ProductDraft, fault: Fault) -> LineFault:
    return LineFault(
        line=line,
        reference=draft.content.external_reference[:200],
        field=".".join(fault.field) or "product",
        message=fault.message,
        remedy=REMEDIES.get(fault.code, "mend the value and import the file again"),
    )
