"""Carries a catalogue file into the catalogue service: batches over gRPC, two in flight, faults by line."""

import asyncio
import collections
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from infra.catalog_data.import_progress import Progress
from infra.catalog_data.readers import Line, UnreadableFile
from infra.catalog_data.records import BadRecord, Defaults, product_from
from infra.embedded.failures import StackError

BATCH = 500
BATCH_BYTES = 6 * 1024 * 1024
"""A message may have 16 MiB; a batch of long descriptions is cut sooner."""
IN_FLIGHT = 2
CALL_SECONDS = 60
PATIENCE = (0.2, 0.5, 1, 2, 4, 8, 8, 8)
"""Seconds between attempts while the service cannot be reached."""
PASSING = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "RESOURCE_EXHAUSTED"})


class ImportStopped(StackError):
    """The service cannot be reached, or refuses the import."""


class Catalog(Protocol):
    """The stub's part that is needed here."""

    async def UpsertProducts(  # noqa: N802 - the contract's name
        self, request: pb.UpsertProductsRequest, *, timeout: float
    ) -> pb.UpsertProductsResponse: ...


@dataclass(frozen=True, kw_only=True)
class LineFault:
    """One line that is not in the catalogue, and how to mend it."""

    line: int
    id: str
    field: str
    what: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Lines that travel together."""

    first_line: int
    last_line: int
    lines: tuple[int, ...]
    products: tuple[pb.ProductInput, ...]
    faults: tuple[LineFault, ...]


def batches(lines: Iterable[Line], defaults: Defaults, after_line: int) -> Iterator[Batch]:
    """Cuts the lines after `after_line` into batches; faulty lines travel as their faults.

    Raises UnreadableFile where the file is damaged, after the batch of the lines before.
    """
    gathering = _Gathering()
    try:
        for line in lines:
            if line.number <= after_line:
                continue
            gathering.add(line, defaults)
            if gathering.full:
                yield gathering.batch()
                gathering = _Gathering()
    except UnreadableFile:
        if gathering.first:
            yield gathering.batch()
        raise
    if gathering.first:
        yield gathering.batch()


class _Gathering:
    """A batch that is being filled."""

    def __init__(self) -> None:
        self.first = 0
        self._last = 0
        self._size = 0
        self._lines: list[int] = []
        self._products: list[pb.ProductInput] = []
        self._faults: list[LineFault] = []

    @property
    def full(self) -> bool:
        return len(self._products) >= BATCH or self._size >= BATCH_BYTES or len(self._faults) >= BATCH

    def add(self, line: Line, defaults: Defaults) -> None:
        self.first, self._last = self.first or line.number, line.number
        try:
            product = _product(line, defaults)
        except BadRecord as bad:
            reference = str((line.record or {}).get("id", ""))[:200]
            self._faults.append(LineFault(line=line.number, id=reference, field=bad.field, what=bad.what, how=bad.how))
            return
        self._lines.append(line.number)
        self._products.append(product)
        self._size += product.ByteSize()

    def batch(self) -> Batch:
        return Batch(
            first_line=self.first,
            last_line=self._last,
            lines=tuple(self._lines),
            products=tuple(self._products),
            faults=tuple(self._faults),
        )


def _product(line: Line, defaults: Defaults) -> pb.ProductInput:
    if line.fault is not None:
        raise line.fault
    return product_from(line.record or {}, defaults)


@dataclass(frozen=True, kw_only=True)
class Importer:
    """One import. `reached` is told the progress after each batch, `failed` every line that is not in."""

    catalog: Catalog
    reached: Callable[[Progress], None]
    failed: Callable[[LineFault], None]

    async def run(self, found: Iterable[Batch], progress: Progress) -> Progress:
        """Sends the batches; what is reported done is committed. Raises ImportStopped, UnreadableFile."""
        flying: collections.deque[tuple[Batch, asyncio.Task[list[pb.ProductWrite]]]] = collections.deque()
        damage: UnreadableFile | None = None
        try:
            try:
                for batch in found:
                    flying.append((batch, asyncio.create_task(self._send(batch, progress.run))))
                    # Lets the call leave before the next batch is parsed.
                    await asyncio.sleep(0)
                    if len(flying) >= IN_FLIGHT:
                        progress = await self._landed(flying, progress)
            except UnreadableFile as error:
                damage = error
            while flying:
                progress = await self._landed(flying, progress)
        finally:
            for _, task in flying:
                task.cancel()
        if damage is not None:
            raise damage
        return progress

    async def _landed(
        self, flying: collections.deque[tuple[Batch, asyncio.Task[list[pb.ProductWrite]]]], progress: Progress
    ) -> Progress:
        """Batches land in the order they left, so progress is one number."""
        batch, task = flying.popleft()
        writes = await task
        for fault in [*batch.faults, *_refusals(batch, writes)]:
            self.failed(fault)
        results = collections.Counter(write.result for write in writes)
        progress = replace(
            progress,
            lines_done=batch.last_line,
            created=progress.created + results[pb.CREATED],
            updated=progress.updated + results[pb.UPDATED],
            unchanged=progress.unchanged + results[pb.UNCHANGED],
            refused=progress.refused + results[pb.REFUSED] + len(batch.faults),
        )
        self.reached(progress)
        return progress

    async def _send(self, batch: Batch, run: str) -> list[pb.ProductWrite]:
        if not batch.products:
            return []
        request = pb.UpsertProductsRequest(products=batch.products, idempotency_key=f"{run}:{batch.first_line}")
        for pause in (*PATIENCE, None):
            try:
                return list((await self.catalog.UpsertProducts(request, timeout=CALL_SECONDS)).writes)
            except RemoteError as error:
                # The same key again: a batch that was written after all is answered, not written twice.
                if error.status not in PASSING or pause is None:
                    raise ImportStopped(
                        f"Line {batch.first_line}: the catalogue does not take the batch: {error.message}.",
                        "See `emporium status` and `emporium logs catalog`; the same command goes on from here.",
                    ) from error
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")


def _refusals(batch: Batch, writes: list[pb.ProductWrite]) -> Iterator[LineFault]:
    for line, product, write in zip(batch.lines, batch.products, writes, strict=True):
        for error in write.user_errors:
            field = ".".join(error.input.field[2:]) or "product"
            yield LineFault(
                line=line,
                id=product.external_reference,
                field=field,
                what=error.input.message,
                how=_remedy(error.input.code),
            )


def _remedy(code: int) -> str:
    return {
        3: "shorten it",
        5: "give it a value of its own, or remove the other line",
        30: "split the product",
    }.get(code, "mend the value and import the file again")
