"""Jobs as their owners see them: started, fed, watched, cancelled."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import orjson
from psycopg.types.json import Jsonb

from chassis.database import Connection, Database
from chassis.ids import new_id
from subgraphs.catalog.adapters.postgres import changes, idempotency
from subgraphs.catalog.adapters.postgres.job_rows import COLUMNS, job_from
from subgraphs.catalog.domain.catalog_file.batches import LineFault
from subgraphs.catalog.domain.change import Change, EntityKind
from subgraphs.catalog.domain.errors import InvalidCursor
from subgraphs.catalog.domain.job import ENDED, FED, Job, JobAnswer, JobKind, JobState
from subgraphs.catalog.domain.page import Page, page_of
from subgraphs.catalog.domain.product import Fault

MOST_OPEN = 20
"""Jobs that have not ended: each may hold a file."""
MOST_FILE_BYTES = 1024**3
LONGEST_NUMBER = 18
"""Digits of a line's number: more are none of the database's."""
START_LOCK = 0x656D7073
"""Of the advisory locks: who counts the open jobs starts the next one alone."""
ALONE = "SELECT pg_advisory_xact_lock(%s)"
STARTED = f"INSERT INTO jobs AS job (id, kind, state, actor, input) VALUES (%s, %s, %s, %s, %s) RETURNING {COLUMNS}"  # noqa: S608
OPEN = "SELECT count(*)::int AS jobs FROM jobs WHERE state IN ('RECEIVING', 'QUEUED', 'RUNNING')"
BY_IDS = f"SELECT {COLUMNS} FROM jobs AS job WHERE job.id = ANY(%s)"  # noqa: S608 - of constants
LOCKED = f"SELECT {COLUMNS} FROM jobs AS job WHERE job.id = %s FOR UPDATE"  # noqa: S608
PART = "SELECT content FROM job_parts WHERE job_id = %s AND side = %s AND number = %s"
ADD_PART = "INSERT INTO job_parts (job_id, side, number, content) VALUES (%s, 'in', %s, %s)"
RECEIVED = (
    """
UPDATE jobs AS job SET parts_in = %s, bytes_in = bytes_in + %s, state = %s WHERE id = %s RETURNING
"""
    + COLUMNS
)
CANCELLED = (
    """
UPDATE jobs AS job SET state = 'CANCELLED', epoch = epoch + 1, finished_at = now(), error = NULL WHERE id = %s RETURNING
"""
    + COLUMNS
)
DROP_INPUT = "DELETE FROM job_parts WHERE job_id = %s AND side = 'in'"
PAGE = f"""
SELECT {COLUMNS} FROM jobs AS job
WHERE (%(kind)s = '' OR kind = %(kind)s) AND (%(state)s = '' OR state = %(state)s)
  AND (%(after)s = '' OR (created_at, id) < (SELECT created_at, id FROM jobs WHERE id = %(after)s))
ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""  # noqa: S608 - of constants
FAULTS = """
SELECT wanted.id AS job_id, fault.number, fault.line, fault.reference, fault.field, fault.message, fault.remedy
FROM unnest(%s::text[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT * FROM job_errors WHERE job_id = wanted.id AND number > %s ORDER BY number LIMIT %s
) AS fault
ORDER BY wanted.id, fault.number
"""


def _unknown(field: str) -> JobAnswer:
    return JobAnswer(faults=(Fault(code="NOT_FOUND", field=(field,), message="there is no such job"),))


class PostgresJobs:
    """Fills `app.job_ports.Jobs`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def start(
        self, kind: JobKind, state: JobState, actor: str, asked: Mapping[str, object], key: str
    ) -> JobAnswer:
        """A repeated key answers with its job. Raises IdempotencyKeyMismatch for one that came with other arguments."""

        async def work(tx: Connection) -> JobAnswer:
            asked_before = sha256(orjson.dumps(dict(asked), option=orjson.OPT_SORT_KEYS)).digest()
            known = await idempotency.earlier_answer(tx, f"{actor}:{kind}", key, asked_before)
            if known is not None:
                row = await (await tx.execute(BY_IDS, [[known.decode()]])).fetchone()
                return JobAnswer(job=job_from(row)) if row else _unknown("id")
            await tx.execute(ALONE, [START_LOCK])
            counted = await (await tx.execute(OPEN)).fetchone()
            if counted and counted["jobs"] >= MOST_OPEN:
                message = f"{MOST_OPEN} jobs are open already; wait for one to end, or cancel one"
                await tx.execute("DELETE FROM idempotency_keys WHERE scope = %s AND key = %s", [f"{actor}:{kind}", key])
                return JobAnswer(faults=(Fault(code="LIMIT_REACHED", field=(), message=message),))
            row = await (await tx.execute(STARTED, [new_id("job"), kind, state, actor, Jsonb(dict(asked))])).fetchone()
            job = job_from(row or {})
            await idempotency.keep_answer(tx, f"{actor}:{kind}", key, job.id.encode())
            await changes.record(
                tx, [Change(kind=EntityKind.JOB, id=job.id, operation="jobStart", after={"kind": kind, **asked})]
            )
            return JobAnswer(job=job)

        return await self._db.retrying(work)

    async def add_part(self, job_id: str, number: int, content: bytes, *, last: bool) -> JobAnswer:
        """Parts arrive in order; a repeated one changes nothing."""

        async def work(tx: Connection) -> JobAnswer:
            row = await (await tx.execute(LOCKED, [job_id])).fetchone()
            if row is None:
                return _unknown("jobId")
            job = job_from(row)
            if number <= job.parts_in:
                return await _repeated(tx, job, number, content, last=last)
            if fault := _part_fault(job, number, content):
                return JobAnswer(job=job, faults=(fault,))
            await tx.execute(ADD_PART, [job_id, number, content])
            state = JobState.QUEUED if last else JobState.RECEIVING
            row = await (await tx.execute(RECEIVED, [number, len(content), state, job_id])).fetchone()
            return JobAnswer(job=job_from(row or {}))

        return await self._db.retrying(work)

    async def cancel(self, job_id: str) -> JobAnswer:
        """At once: a worker that has it loses it with its next step. One that has ended stays as it is."""

        async def work(tx: Connection) -> JobAnswer:
            row = await (await tx.execute(LOCKED, [job_id])).fetchone()
            if row is None:
                return _unknown("id")
            job = job_from(row)
            if job.state is JobState.CANCELLED:
                return JobAnswer(job=job)
            if job.state in ENDED:
                message = f"the job is {job.state} already"
                return JobAnswer(job=job, faults=(Fault(code="WRONG_STATE", field=("id",), message=message),))
            row = await (await tx.execute(CANCELLED, [job_id])).fetchone()
            await tx.execute(DROP_INPUT, [job_id])
            await changes.record(
                tx,
                [
                    Change(
                        kind=EntityKind.JOB, id=job_id, operation="jobCancel",
                        before={"state": job.state}, after={"state": JobState.CANCELLED},
                    )
                ],
            )  # fmt: skip
            return JobAnswer(job=job_from(row or {}))

        return await self._db.retrying(work)

    async def by_ids(self, ids: Sequence[str]) -> list[Job | None]:
        async with self._db.reading() as connection:
            found = {row["id"]: job_from(row) async for row in await connection.execute(BY_IDS, [list(ids)])}
        return [found.get(each) for each in ids]

    async def page(self, kind: JobKind | None, state: JobState | None, first: int, after: str) -> Page[Job]:
        """Newest first. Raises InvalidCursor."""
        asked = {"kind": kind or "", "state": state or "", "after": after, "limit": first + 1}
        async with self._db.reading() as connection:
            jobs = [job_from(row) async for row in await connection.execute(PAGE, asked, prepare=False)]
            if after and not jobs and not (await (await connection.execute(BY_IDS, [[after]])).fetchone()):
                raise InvalidCursor(cursor=after[:40])
        return page_of(((job.id, job) for job in jobs), first, after)

    async def faults_of(self, job_ids: Sequence[str], first: int, after: str) -> list[Page[LineFault]]:
        """A page of each job's, in the order they were found. Raises InvalidCursor."""
        if after and not (after.isdecimal() and len(after) <= LONGEST_NUMBER):
            raise InvalidCursor(cursor=after[:40])
        rows: dict[str, list[tuple[str, LineFault]]] = {each: [] for each in job_ids}
        async with self._db.reading() as connection:
            found = await connection.execute(FAULTS, [list(rows), int(after or 0), first + 1])
            async for row in found:
                fault = LineFault(
                    line=row["line"], reference=row["reference"], field=row["field"], message=row["message"],
                    remedy=row["remedy"],
                )  # fmt: skip
                rows[row["job_id"]].append((str(row["number"]), fault))
        return [page_of(rows[each], first, after) for each in job_ids]

    async def part(self, job_id: str, side: str, number: int) -> bytes | None:
        async with self._db.reading() as connection:
            row = await (await connection.execute(PART, [job_id, side, number])).fetchone()
        return bytes(row["content"]) if row else None


async def _repeated(tx: Connection, job: Job, number: int, content: bytes, *, last: bool) -> JobAnswer:
    row = await (await tx.execute(PART, [job.id, "in", number])).fetchone()
    same = row is None or bytes(row["content"]) == content
    if same and (job.state is not JobState.RECEIVING or not last):
        return JobAnswer(job=job)
    message = f"part {number} came before, and was another one"
    return JobAnswer(job=job, faults=(Fault(code="TAKEN", field=("number",), message=message),))


def _part_fault(job: Job, number: int, content: bytes) -> Fault | None:
    if job.kind not in FED or job.state is not JobState.RECEIVING:
        return Fault(code="WRONG_STATE", field=("jobId",), message=f"the job takes no more parts: it is {job.state}")
    if number != job.parts_in + 1:
        return Fault(code="INVALID", field=("number",), message=f"the next part is number {job.parts_in + 1}")
    if job.bytes_in + len(content) > MOST_FILE_BYTES:
        message = f"a file has at most {MOST_FILE_BYTES // 1024**2} MiB as it is sent; pack it with gzip, or split it"
        return Fault(code="LIMIT_REACHED", field=("content",), message=message)
    return None
