"""`emporium catalog export`, from the terminal's side: starts the job, watches it, fetches its file."""

import os
import sys
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import click
import orjson
from emporium.catalog.v1 import job_pb2 as pb
from rich.progress import Progress

from infra.cli.catalog_jobs import KeptKey, document, job_of, look_at, watch
from infra.cli.catalog_service import Catalog, CatalogRefused, patiently, services, target
from infra.cli.console import STANDARD_INPUT, err
from infra.cli.progress import bar
from infra.embedded.failures import StackError

FORMATS = {"jsonl": pb.CATALOG_JSONL, "csv": pb.CATALOG_CSV}
PACKED = ".gz"


async def run_export(file: Path, form: str | None, *, as_json: bool) -> None:
    """Writes the file in one step: there is none, or a whole one. Raises StackError."""
    form = form or _form(file)
    to, started = target(), time.monotonic()
    kept = KeptKey("export", to.address, os.path.abspath(file), form)  # noqa: ASYNC240 - asks no disk
    async with services(to) as catalog:
        job = await kept.begun(partial(_start, catalog, FORMATS[form]))
        with bar() as shown:
            job = await watch(partial(look_at, catalog), job, shown, "exporting", "products")
            if job.state != pb.JOB_COMPLETED:
                kept.forget()
                raise CatalogRefused(f"The export stopped: {job.error or 'it was cancelled'}.", "Ask again.")
            await _save(file, _fetched(catalog, job, shown), packed=file.suffix.lower() == PACKED)
    kept.forget()
    seconds = time.monotonic() - started
    if as_json:
        told: dict[str, Any] = document(job) | {"seconds": round(seconds, 2), "file": str(file)}
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode(), err=file == STANDARD_INPUT)
    else:
        err.print(f"[green]✓[/] {job.progress.done:,} products in {file}, {seconds:.1f} s")


async def _start(catalog: Catalog, form: pb.CatalogFormat, key: str) -> pb.Job:
    request = pb.StartCatalogExportRequest(format=form, idempotency_key=key)
    return job_of(await patiently(catalog.jobs.StartCatalogExport, request))


def _form(file: Path) -> str:
    """What the file's name says. Raises StackError."""
    if file == STANDARD_INPUT:
        return "jsonl"
    plain = file.with_suffix("") if file.suffix.lower() == PACKED else file
    form = plain.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise StackError(
            f"The name {file.name} does not say in which format to write.",
            "Name the file .jsonl or .csv (.jsonl.gz or .csv.gz: packed), or add --format jsonl or --format csv.",
        )
    return form


async def _fetched(catalog: Catalog, job: pb.Job, shown: Progress) -> AsyncGenerator[bytes]:
    task = shown.add_task("fetching", total=max(job.file.part_count, 1), shown="", done=0)
    received = 0
    for number in range(1, job.file.part_count + 1):
        request = pb.GetJobFilePartRequest(job_id=job.id, number=number)
        content: bytes = (await patiently(catalog.jobs.GetJobFilePart, request)).content
        received += len(content)
        shown.update(task, completed=number, shown=f"{received / 1e6:,.1f} MB packed")
        yield content
    shown.update(task, completed=max(job.file.part_count, 1))


async def _save(path: Path, pieces: AsyncIterator[bytes], *, packed: bool) -> None:
    if path == STANDARD_INPUT:
        await _write(sys.stdout.buffer, pieces, packed=packed)
        return
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        try:
            with unfinished.open("wb") as file:
                await _write(file, pieces, packed=packed)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise StackError(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from error


async def _write(file: IO[bytes], pieces: AsyncIterator[bytes], *, packed: bool) -> None:
    """Plain, unless the file's name asks for a packed one: in constant memory."""
    member = zlib.decompressobj(wbits=31)
    async for piece in pieces:
        left = piece
        while left and not packed:
            file.write(member.decompress(left))
            left = member.unused_data
            if member.eof:
                member = zlib.decompressobj(wbits=31)
        file.write(left)
    file.flush()
