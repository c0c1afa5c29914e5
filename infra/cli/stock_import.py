"""`emporium catalog stock import`: sends a stock file to the shop's public admin API, where a job reads it."""

import time
from base64 import b64encode
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from emporium.catalog.v1 import job_pb2 as pb
from rich.markup import escape
from rich.progress import Progress

from infra.cli.catalog_jobs import ENDED, KeptKey, watch
from infra.cli.console import err
from infra.cli.progress import bar
from infra.cli.sent_file import SentFile, opened, send
from infra.cli.staff import ANSWER_SECONDS, ShopRefused, StaffClient, StaffTarget, staff_target
from infra.cli.stock_rejects import beside, columns_of, forget, why, write_rejects

PIECE = 150_000
"""Bytes of the file: a body of the API may have 256 KiB, and this is a third more in base64."""
START = """mutation StockImportStart($input: StockImportStartInput!) {
  stockImportStart(input: $input) { job { id } userErrors { message } }
}"""
ADD_PART = """mutation StockImportPart($input: CatalogImportPartAddInput!) {
  catalogImportPartAdd(input: $input) { job { id } userErrors { message } }
}"""
LOOK = """query StockImportJob($id: ID!) {
  job(id: $id) { id state error receivedParts progress { done failed updated unchanged fraction } }
}"""
REFUSED = """query StockImportRefused($id: ID!, $after: String) {
  job(id: $id) {
    errors(first: 100, after: $after) { nodes { line field message } pageInfo { hasNextPage endCursor } }
  }
}"""


@dataclass(frozen=True, kw_only=True)
class StockImport:
    """What was asked on the command line."""

    file: Path
    rejects: Path | None
    dry_run: bool
    again: bool


async def run_stock_import(asked: StockImport) -> int:
    """The exit code: 0, or 1 when lines were refused. Raises StackError for what stops the import."""
    columns = columns_of(asked.file)
    target, started = staff_target(), time.monotonic()
    path = asked.rejects or beside(asked.file)
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as http:
        jobs = StockJobs(StaffClient(http, target))
        with opened(asked.file) as file, bar() as shown:
            job, repeated = await carry(jobs, file, asked, shown, target.url, deltas="delta" in columns)
        forget(path)
        first = await write_rejects(jobs.refused(job.id), asked.file, columns, path)
    _summary(job, asked, target, time.monotonic() - started)
    if repeated:
        err.print(f"  {job.id} did this before, and nothing was added once more; --again does", soft_wrap=True)
    if first is not None:
        err.print(f"  line {first['line']}: {escape(why(first))}", soft_wrap=True)
        err.print(f"  all of them, to mend and import: {escape(str(path))}", soft_wrap=True)
    _check_completed(job)
    return 1 if job.progress.failed else 0


class StockJobs:
    """The job of a stock file, as a member of staff sees it. Raises ShopRefused."""

    def __init__(self, shop: StaffClient) -> None:
        self._shop = shop

    async def start(self, key: str, *, dry_run: bool) -> pb.Job:
        """A repeated key answers with its job, as it is now."""
        job = await self._changed(START, "stockImportStart", {"idempotencyKey": key, "dryRun": dry_run})
        return await self.look(job["id"])

    async def add(self, part: pb.AddImportPartRequest) -> None:
        content = b64encode(part.content).decode()
        piece = {"jobId": part.job_id, "number": part.number, "content": content, "last": part.last}
        await self._changed(ADD_PART, "catalogImportPartAdd", piece)

    async def look(self, job_id: str) -> pb.Job:
        job = (await self._shop.ask(LOOK, {"id": job_id}))["job"]
        if job is None:
            raise ShopRefused(f"There is no job {job_id} any more.", "The same command begins again.")
        return pb.Job(
            id=job["id"],
            state=f"JOB_{job['state']}",
            error=job["error"],
            received_parts=job["receivedParts"],
            progress=pb.JobProgress(**job["progress"]),
        )

    async def refused(self, job_id: str) -> AsyncGenerator[dict[str, Any]]:
        """In the order of the file."""
        after: str | None = None
        while True:
            page = (await self._shop.ask(REFUSED, {"id": job_id, "after": after}))["job"]["errors"]
            for each in page["nodes"]:
                yield each
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return

    async def _changed(self, document: str, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        payload = (await self._shop.ask(document, {"input": asked}))[name]
        for error in payload["userErrors"]:
            raise ShopRefused(f"The shop refuses it: {error['message']}.", "`emporium catalog jobs` lists the jobs.")
        return payload["job"]


async def carry(
    jobs: StockJobs, file: SentFile, asked: StockImport, shown: Progress, place: str, *, deltas: bool
) -> tuple[pb.Job, bool]:
    """The job at its end, and whether it had come there before.

    A file of deltas has the same key each time, so that it is never added twice by accident. Anything else goes on with
    a job that an interrupted command has left, and is a new one otherwise.
    """
    kept = KeptKey("stock", place, file.digest, str(asked.dry_run), str(asked.again))
    once = deltas and not (asked.dry_run or asked.again)
    job = await jobs.start(f"stk_{file.digest[:40]}" if once else kept.take(), dry_run=asked.dry_run)
    ended = job.state in ENDED
    if ended and (asked.dry_run or not deltas):
        # An interrupted command left it, and it ended by itself: these can be done whenever somebody wants.
        job = await jobs.start(kept.take(fresh=True), dry_run=asked.dry_run)
    if job.state == pb.JOB_RECEIVING:
        await send(jobs.add, file.pieces(PIECE), job, shown, file.size)
    job = await watch(jobs.look, job, shown, "trying" if asked.dry_run else "importing", "lines")
    kept.forget()
    return job, once and ended


def _summary(job: pb.Job, asked: StockImport, target: StaffTarget, seconds: float) -> None:
    sound = job.state == pb.JOB_COMPLETED and not job.progress.failed
    would = "would be " if asked.dry_run else ""
    counted = (
        (job.progress.updated, f"{would}changed"),
        (job.progress.unchanged, "as they were"),
        (job.progress.failed, "refused"),
    )
    lines = sum(count for count, _ in counted)
    told = ", ".join(f"{count:,} {name}" for count, name in counted if count) or "nothing to import"
    sign = "[green]✓[/]" if sound else "[red]✗[/]"
    err.print(f"{sign} {lines:,} lines: {told} in {seconds:.1f} s at {escape(target.url)}", soft_wrap=True)


def _check_completed(job: pb.Job) -> None:
    """Raises ShopRefused."""
    if job.state != pb.JOB_COMPLETED:
        raise ShopRefused(
            f"The import stopped after line {job.progress.done:,}: {job.error or 'it was cancelled'}",
            "What stands before is in: import the lines after it, for deltas would be added once more.",
        )
