"""`emporium catalog import`, from the terminal's side: where the catalogue is, progress, report, summary."""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import orjson
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from chassis.errors import RemoteError
from chassis.identity import TokenMinter, acting_as, service_caller
from chassis.rpc import channel
from chassis.settings import Secret
from infra.catalog_data import import_progress
from infra.catalog_data.import_progress import ProgressFile
from infra.catalog_data.importer import CALL_SECONDS, Importer, ImportStopped, LineFault, batches
from infra.catalog_data.readers import STANDARD_INPUT, CatalogFile, digest, opened
from infra.catalog_data.records import Defaults
from infra.cli.console import err
from infra.embedded.failures import StackError
from infra.embedded.running import running_stack
from infra.embedded.state import default_state_folder

POLL_SECONDS = 0.25
ENGINE_PATIENCE_SECONDS = 30
REBUILD_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """What was asked on the command line."""

    file: Path
    currency: str
    quantity: int
    errors: Path | None
    restart: bool
    wait: bool


@dataclass(frozen=True, kw_only=True)
class Target:
    """The catalogue to talk to."""

    address: str
    secret: Secret


def target() -> Target:
    """From CATALOG_ADDRESS and INTERNAL_TOKEN_SECRET, else the running stack of this checkout. Raises StackError."""
    address, secret = os.environ.get("CATALOG_ADDRESS"), os.environ.get("INTERNAL_TOKEN_SECRET")
    if address and secret:
        return Target(address=address, secret=Secret(secret))
    if address or secret:
        raise StackError(
            "CATALOG_ADDRESS and INTERNAL_TOKEN_SECRET belong together; only one is set.",
            "Set both, or neither to use the running stack of this checkout.",
        )
    stack = running_stack()
    return Target(address=stack.address("catalog"), secret=Secret(stack.secret("internal_token_secret")))


@asynccontextmanager
async def connected(to: Target) -> AsyncGenerator[Any]:
    """The catalogue's stub, called as a service."""
    minter = TokenMinter(to.secret, "import")
    with acting_as(service_caller("import")):
        async with channel(to.address, audience="catalog", minter=minter, timeout=CALL_SECONDS) as opened_channel:
            yield CatalogServiceStub(opened_channel)


async def run_import(options: ImportOptions) -> int:
    """The exit code: 0, or 1 when lines failed. Raises StackError for what stops the import."""
    to = target()
    pipe = options.file == STANDARD_INPUT
    kept = None
    with opened(options.file) as file:
        if not pipe:
            kept = ProgressFile(default_state_folder(), digest(options.file), to.address)
        begin = kept.load() if kept and not options.restart else import_progress.fresh()
        if begin.lines_done:
            err.print(f"Going on after line {begin.lines_done:,}; --restart begins anew.")
        started = time.monotonic()
        report = FaultReport(_report_path(options), fresh=not begin.lines_done)
        async with connected(to) as catalog:
            with report, bar() as shown:
                done = await _carry(file, catalog, options, begin, kept, report, shown)
                if options.wait:
                    await wait_until_searchable(catalog, shown)
        if kept:
            kept.remove()
    _summary(done, report, time.monotonic() - started)
    return 1 if done.refused else 0


async def _carry(
    file: CatalogFile,
    catalog: Any,
    options: ImportOptions,
    begin: import_progress.Progress,
    kept: ProgressFile | None,
    report: "FaultReport",
    shown: Progress,
) -> import_progress.Progress:
    task = shown.add_task("importing", total=file.size, products=f"{begin.lines_done:,}")

    def reached(progress: import_progress.Progress) -> None:
        report.flush()
        if kept:
            kept.save(progress)
        shown.update(task, completed=file.position, products=f"{progress.lines_done:,}")

    importer = Importer(catalog=catalog, reached=reached, failed=report.add)
    defaults = Defaults(currency=options.currency, quantity=options.quantity)
    done = await importer.run(batches(file.lines(), defaults, begin.lines_done), begin)
    shown.update(task, total=file.size or 1, completed=file.size or 1, products=f"{done.lines_done:,}")
    return done


async def wait_until_searchable(catalog: Any, shown: Progress) -> None:
    """Until every change is in the search index, or it is plain that the engine is away."""
    task: TaskID | None = None
    total = 0
    patience = time.monotonic() + ENGINE_PATIENCE_SECONDS
    while True:
        status = await _status(catalog)
        if status.available and not status.pending_count and status.indexed_count >= status.product_count:
            break
        total = max(total, status.pending_count)
        task = task if task is not None else shown.add_task("indexing", total=None, products="")
        shown.update(
            task, total=total or 1, completed=total - status.pending_count, products=f"{status.pending_count:,} left"
        )
        if status.available:
            patience = time.monotonic() + ENGINE_PATIENCE_SECONDS
        elif time.monotonic() > patience:
            err.print("[yellow]![/] The search engine does not answer: the products are in, the index follows later.")
            return
        await asyncio.sleep(POLL_SECONDS)
    if task is not None:
        shown.update(task, total=1, completed=1, products="searchable")


async def _status(catalog: Any) -> pb.GetIndexStatusResponse:
    try:
        return cast("pb.GetIndexStatusResponse", await catalog.GetIndexStatus(pb.GetIndexStatusRequest()))
    except RemoteError as error:
        raise ImportStopped(
            f"The catalogue does not answer: {error.message}.", "See `emporium status` and `emporium logs catalog`."
        ) from error


async def index_status() -> dict[str, object]:
    """For `emporium catalog index status`."""
    async with connected(target()) as catalog:
        status = await _status(catalog)
    return {
        "available": status.available,
        "products": status.product_count,
        "indexed": status.indexed_count,
        "pending": status.pending_count,
    }


async def rebuild_index() -> str:
    """For `emporium catalog index rebuild`."""
    started = time.monotonic()
    async with connected(target()) as catalog:
        try:
            built = await catalog.RebuildIndex(pb.RebuildIndexRequest(), timeout=REBUILD_SECONDS)
        except RemoteError as error:
            raise StackError(f"The index was not rebuilt: {error.message}", "See `emporium logs catalog`.") from error
    return f"{built.indexed_count:,} products in {built.index_name}, {time.monotonic() - started:.1f} s"


class FaultReport:
    """The lines that failed, as JSON lines; the file is made with the first one."""

    def __init__(self, path: Path, *, fresh: bool) -> None:
        self.path = path
        self.lines: set[int] = set()
        self.first: LineFault | None = None
        self._waiting: list[bytes] = []
        if fresh:
            path.unlink(missing_ok=True)

    def __enter__(self) -> "FaultReport":
        return self

    def __exit__(self, *_: object) -> None:
        self.flush()

    def add(self, fault: LineFault) -> None:
        self.first = self.first or fault
        self.lines.add(fault.line)
        self._waiting.append(orjson.dumps(asdict(fault), option=orjson.OPT_APPEND_NEWLINE))

    def flush(self) -> None:
        """Before progress is noted: a fault is never lost with an interrupted import."""
        if not self._waiting:
            return
        try:
            with self.path.open("ab") as file:
                file.writelines(self._waiting)
        except OSError as error:
            raise StackError(
                f"The report {self.path} cannot be written: {error.strerror}.", "Choose another place with --errors."
            ) from error
        self._waiting.clear()


def _report_path(options: ImportOptions) -> Path:
    if options.errors is not None:
        return options.errors
    if options.file == STANDARD_INPUT:
        return Path.cwd() / "standard-input.errors.jsonl"
    beside = options.file.with_name(f"{options.file.name}.errors.jsonl")
    if os.access(options.file.parent, os.W_OK):
        return beside
    folder = default_state_folder() / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / beside.name


def bar() -> Progress:
    """A progress bar on standard error, so that output stays clean."""
    return Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.fields[products]:>16}"),
        TimeElapsedColumn(),
        console=err,
    )


def _summary(done: import_progress.Progress, report: FaultReport, seconds: float) -> None:
    parts = [
        f"{count:,} {name}"
        for count, name in (
            (done.created, "created"),
            (done.updated, "updated"),
            (done.unchanged, "unchanged"),
            (done.refused, "failed"),
        )
        if count
    ]
    sign = "[red]✗[/]" if done.refused else "[green]✓[/]"
    err.print(f"{sign} {', '.join(parts) or 'nothing to import'} in {seconds:.1f} s")
    if report.first is not None:
        first = report.first
        err.print(
            f"  line {first.line}: {escape(first.field)} {escape(first.what)}; {escape(first.how)}", soft_wrap=True
        )
        err.print(f"  all of them: {escape(str(report.path))}", soft_wrap=True)
