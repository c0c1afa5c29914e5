"""Jobs of the catalogue from the terminal's side: watched to their end, listed, cancelled."""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from emporium.catalog.v1 import job_pb2 as pb
from emporium.common.v1.page_pb2 import PageRequest
from rich.markup import escape
from rich.progress import Progress
from rich.table import Column, Table

from chassis.ids import new_id
from infra.cli.catalog_service import POLL_SECONDS, Catalog, CatalogRefused, patiently, services, target
from infra.cli.console import out
from infra.cli.progress import bar
from infra.embedded.failures import StackError
from infra.embedded.state import default_state_folder, read_object, write_privately

STOPPED = (pb.JOB_FAILED, pb.JOB_CANCELLED)
ENDED = (pb.JOB_COMPLETED, *STOPPED)
LISTED = 20
STALL_SECONDS = 5
"""Without progress for so long: its worker is busy or was killed. Another one takes the job up, and it is told."""


class KeptKey:
    """Names the job that a command has started, until the command has seen its end: asked again it goes on with it."""

    def __init__(self, command: str, *names: str) -> None:
        digest = hashlib.sha256(" ".join((command, *names)).encode()).hexdigest()[:24]
        self._path = default_state_folder() / "jobs" / f"{digest}.json"

    def take(self, *, fresh: bool = False) -> str:
        """The key of the job that was started before, or a new one."""
        known = read_object(self._path).get("key")
        if isinstance(known, str) and not fresh:
            return known
        key = new_id("cli")
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_privately(self._path, json.dumps({"key": key}))
        return key

    async def begun(self, start: Callable[[str], Awaitable[pb.Job]], *, fresh: bool = False) -> pb.Job:
        """The job that was left, or a new one: where nobody saw that it failed or was cancelled, it begins anew."""
        job = await start(self.take(fresh=fresh))
        return await start(self.take(fresh=True)) if job.state in STOPPED else job

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def job_of(answer: pb.JobResponse) -> pb.Job:
    """Raises CatalogRefused when it was not done."""
    for error in answer.user_errors:
        raise CatalogRefused(
            f"The catalogue refuses it: {error.input.message}.",
            "`emporium catalog jobs` lists the jobs, `emporium catalog cancel JOB` stops one.",
        )
    return answer.job


async def look_at(catalog: Catalog, job_id: str) -> pb.Job:
    """Raises CatalogRefused for a job that is not known."""
    answer = await patiently(catalog.jobs.BatchGetJobs, pb.BatchGetJobsRequest(ids=[job_id]))
    (outcome,) = cast("pb.BatchGetJobsResponse", answer).outcomes
    if not outcome.HasField("job"):
        raise CatalogRefused(f"There is no job {job_id}.", "`emporium catalog jobs` lists them.")
    return outcome.job


async def watch(look: Callable[[str], Awaitable[pb.Job]], job: pb.Job, shown: Progress, what: str, unit: str) -> pb.Job:
    """Draws its progress until it has ended. A worker that was killed is replaced meanwhile."""
    task = shown.add_task(what, total=1.0, shown="", done=0, begin=job.progress.done)
    before, news = -1, time.monotonic()
    while True:
        done = job.progress.done
        if done != before:
            before, news = done, time.monotonic()
        still = time.monotonic() - news
        said = f"{done:,} {unit}" if still < STALL_SECONDS else f"{done:,} {unit}, no news for {still:.0f} s"
        waits = f"waits: {job.error}" if job.error and job.state == pb.JOB_QUEUED else said
        shown.update(task, completed=job.progress.fraction, shown=waits, done=done)
        if job.state in ENDED:
            return job
        await asyncio.sleep(POLL_SECONDS)
        job = await look(job.id)


async def write_errors(catalog: Catalog, job: pb.Job, path: Path) -> pb.JobError | None:
    """The lines that failed, as JSON lines, in constant memory; the first of them. No file is made without one."""
    first: pb.JobError | None = None
    after = ""
    try:
        while True:
            page = PageRequest(first=100, after=after)
            request = pb.BatchListJobErrorsRequest(job_ids=[job.id], page=page)
            (errors,) = (await patiently(catalog.jobs.BatchListJobErrors, request)).pages
            if not errors.nodes:
                return first
            with path.open("ab" if first else "wb") as file:
                file.writelines(_error_line(error) for error in errors.nodes)
            first = first or errors.nodes[0]
            after = errors.page_info.end_cursor
    except OSError as error:
        raise StackError(
            f"The report {path} cannot be written: {error.strerror}.", "Choose another place with --errors."
        ) from error


def _error_line(error: pb.JobError) -> bytes:
    fields = {
        "line": error.line, "id": error.external_reference, "field": error.field, "what": error.message,
        "how": error.remedy,
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def document(job: pb.Job) -> dict[str, Any]:
    """For programs."""
    progress = job.progress
    return {
        "job": job.id,
        "kind": pb.JobKind.Name(job.kind),
        "state": pb.JobState.Name(job.state).removeprefix("JOB_"),
        "dry_run": job.dry_run,
        "actor": job.actor,
        "done": progress.done,
        "failed": progress.failed,
        "created": progress.created,
        "updated": progress.updated,
        "unchanged": progress.unchanged,
        "fraction": round(progress.fraction, 4),
        "error": job.error or None,
        "created_at": job.created_at.ToJsonString(),
        "finished_at": job.finished_at.ToJsonString() if job.HasField("finished_at") else None,
    }


async def list_jobs() -> list[pb.Job]:
    """The latest ones, newest first."""
    async with services(target()) as catalog:
        answer = await patiently(catalog.jobs.ListJobs, pb.ListJobsRequest(page=PageRequest(first=LISTED)))
    return list(cast("pb.JobPage", answer).nodes)


def show_jobs(jobs: list[pb.Job]) -> None:
    """As a table with whole ids, which `cancel` takes; what went wrong stands below it."""
    table = Table(Column("job", no_wrap=True), "what", "state", "done", "failed", box=None)
    for job in jobs:
        told = document(job)
        kind = told["kind"].lower().replace("_", " ") + (", dry run" if job.dry_run else "")
        share = f"{job.progress.done:,} ({job.progress.fraction:.0%})"
        table.add_row(job.id, kind, told["state"].lower(), share, f"{job.progress.failed:,}")
    out.print(table if jobs else "There are no jobs.")
    for job in jobs:
        if job.error:
            out.print(f"{job.id}: {escape(job.error)}", soft_wrap=True)


async def cancel_job(job_id: str) -> pb.Job:
    """Raises CatalogRefused."""
    async with services(target()) as catalog:
        return job_of(await patiently(catalog.jobs.CancelJob, pb.CancelJobRequest(id=job_id)))


async def reindex() -> pb.Job:
    """Builds the search index anew; asked again it watches the rebuild that was begun. Raises CatalogRefused."""
    to = target()
    kept = KeptKey("reindex", to.address)
    async with services(to) as catalog:
        job = await kept.begun(partial(_start_rebuild, catalog))
        with bar() as shown:
            job = await watch(partial(look_at, catalog), job, shown, "indexing", "products")
    kept.forget()
    if job.state != pb.JOB_COMPLETED:
        raise CatalogRefused(f"The index was not rebuilt: {job.error or 'it was cancelled'}.", "Ask again.")
    return job


async def _start_rebuild(catalog: Catalog, key: str) -> pb.Job:
    request = pb.StartSearchIndexRebuildRequest(idempotency_key=key)
    return job_of(await patiently(catalog.jobs.StartSearchIndexRebuild, request))
