"""`emporium catalog import`, from the terminal's side: sends the file, watches the job, reports what failed."""

import os
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import orjson
from emporium.catalog.v1 import job_pb2 as pb
from rich.markup import escape

from chassis.ids import new_id
from infra.cli.catalog_jobs import ENDED, KeptKey, document, job_of, look_at, watch, write_errors
from infra.cli.catalog_service import Catalog, CatalogRefused, patiently, services, target, wait_until_searchable
from infra.cli.console import STANDARD_INPUT, err
from infra.cli.progress import bar
from infra.cli.sent_file import opened, send
from infra.embedded.state import default_state_folder

PIECE = 1_000_000
"""Bytes of the file. Packed, at worst, they are some more, and still fewer than a part may have."""


@dataclass(frozen=True, kw_only=True)
class ImportOptions:
    """What was asked on the command line."""

    file: Path
    currency: str
    quantity: int
    errors: Path | None
    restart: bool
    wait: bool
    as_json: bool = False


async def run_import(options: ImportOptions) -> int:
    """The exit code: 0, or 1 when lines failed. Raises StackError for what stops the import."""
    to = target()
    started = time.monotonic()
    with opened(options.file) as file:
        asked = (to.address, file.digest, options.currency, str(options.quantity))
        kept = KeptKey("import", *asked) if file.digest else None
        async with services(to) as catalog:
            start = partial(_start, catalog, options)
            job = await kept.begun(start, fresh=options.restart) if kept else await start(new_id("cli"))
            with bar() as shown:
                if job.state == pb.JOB_RECEIVING:
                    await send(partial(_add, catalog), file.pieces(PIECE), job, shown, file.size)
                job = await watch(partial(look_at, catalog), job, shown, "importing", "lines")
                if options.wait and job.state == pb.JOB_COMPLETED:
                    await wait_until_searchable(catalog, shown)
            if kept:
                kept.forget()
            return await _report(catalog, job, options, time.monotonic() - started)


async def _start(catalog: Catalog, options: ImportOptions, key: str) -> pb.Job:
    request = pb.StartCatalogImportRequest(
        currency_code=options.currency, quantity=options.quantity, idempotency_key=key
    )
    job = job_of(await patiently(catalog.jobs.StartCatalogImport, request))
    if job.received_parts and job.state not in ENDED:
        err.print(f"Going on with {job.id}; --restart begins anew.")
    return job


async def _add(catalog: Catalog, part: pb.AddImportPartRequest) -> None:
    job_of(await patiently(catalog.jobs.AddImportPart, part))


async def _report(catalog: Catalog, job: pb.Job, options: ImportOptions, seconds: float) -> int:
    path = _report_path(options)
    first = await write_errors(catalog, job, path)
    if not first and not options.errors:
        # Of an earlier attempt: nothing in it is true any more.
        path.unlink(missing_ok=True)
    products = job.progress.created + job.progress.updated + job.progress.unchanged
    if options.as_json:
        told: dict[str, Any] = document(job) | {
            "seconds": round(seconds, 2),
            "products_per_second": round(products / seconds, 1),
            "errors": str(path) if first else None,
        }
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        _summary(job, seconds, products)
    if first is not None:
        err.print(f"  line {first.line}: {escape(first.field)} {escape(first.message)}; {escape(first.remedy)}")
        err.print(f"  all of them: {escape(str(path))}", soft_wrap=True)
    if job.state == pb.JOB_FAILED:
        raise CatalogRefused(
            f"The import stopped: {job.error}", "What stands before is in; see `emporium catalog jobs`."
        )
    if job.state == pb.JOB_CANCELLED:
        raise CatalogRefused("The import was cancelled.", "What it had done is in; the same command begins anew.")
    return 1 if job.progress.failed else 0


def _summary(job: pb.Job, seconds: float, products: int) -> None:
    counted = (
        (job.progress.created, "created"),
        (job.progress.updated, "updated"),
        (job.progress.unchanged, "unchanged"),
        (job.progress.failed, "failed"),
    )
    told = ", ".join(f"{count:,} {name}" for count, name in counted if count) or "nothing to import"
    sign = "[green]✓[/]" if job.state == pb.JOB_COMPLETED and not job.progress.failed else "[red]✗[/]"
    err.print(f"{sign} {told} in {seconds:.1f} s ({products / seconds:,.0f} products/s)")


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
