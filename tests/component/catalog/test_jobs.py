"""Imports, exports and their upkeep as jobs, on a running catalogue."""

from __future__ import annotations

import asyncio
import gzip
from typing import LiteralString

import pytest
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1 import job_pb2 as pb
from emporium.common.v1 import outcome_pb2
from emporium.common.v1.page_pb2 import PageRequest

from chassis.errors import RemoteError
from subgraphs.catalog.adapters.postgres import jobs, statistics
from subgraphs.catalog.adapters.postgres.job_queue import PostgresJobQueue
from subgraphs.catalog.adapters.postgres.job_rows import job_from
from subgraphs.catalog.domain.job import Job, JobLost
from tests.fixtures.catalog import MANAGER, SHOPPER, RunningCatalog
from tests.fixtures.jobs import ended, errors, exported, imported, lines, record, send


async def references(catalog: RunningCatalog) -> list[str]:
    rows = await catalog.rows("SELECT external_reference FROM products ORDER BY 1")
    return [row["external_reference"] for row in rows]


async def run(catalog: RunningCatalog, statement: LiteralString) -> None:
    async with catalog.db.transaction() as tx:
        await tx.execute(statement)


async def test_the_planner_knows_the_size_of_a_catalogue_when_its_import_has_ended(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "LEAST", 20)
    looks, looked = list[int](), statistics.ImportStatistics.midway

    async def told(self: statistics.ImportStatistics, job: Job) -> None:
        await looked(self, job)
        looks.append(await known(catalog))

    monkeypatch.setattr(statistics.ImportStatistics, "midway", told)
    # A product stands in a batch once, so its second line begins another one.
    await imported(catalog, lines(*(record(f"p{number}") for number in (*range(25), 24, *range(25, 40)))))
    assert (looks, await known(catalog)) == ([25, 25], 40), "once it has outgrown what was known, and at the end"
    await imported(catalog, lines(record("one more")))
    assert await known(catalog) == 40, "a product more is nothing to look for"


async def known(catalog: RunningCatalog) -> int:
    """Products, by the planner's statistics."""
    (row,) = await catalog.rows("SELECT reltuples::int AS products FROM pg_class WHERE oid = 'products'::regclass")
    return row["products"]


async def test_good_lines_go_in_and_broken_ones_are_listed(catalog: RunningCatalog) -> None:
    job = await imported(
        catalog,
        lines(
            record("a"),
            b"{broken",
            b"",
            b'{"id": "latin", "title": "\xe9", "price_cents": 1}',
            record("c", price_cents=-5),
            record("d", currency="dollars"),
            record("e", title=""),
            record("f", attribute={"colour": "red"}),
            record("g", image="ftp://old"),
            record("h", variants=[{"sku": "a", "price_cents": 1}]),
            [1, 2],
            record("z"),
            record("a", title="The later line wins"),
            {"type": "collection", "id": "early", "name": "Early", "products": ["a", "nobody"]},
            {"type": "shelf", "id": "x"},
            record("b", publications=[{"channel": "nowhere"}]),
            record("y", slug="thing-z-z"),
        ),
    )
    assert (job.state, job.progress.done, job.progress.fraction) == (pb.JOB_COMPLETED, 17, 1)
    assert await references(catalog) == ["a", "b", "y", "z"]
    assert (job.progress.created, job.progress.updated, job.progress.failed) == (4, 1, 13)
    found = await errors(catalog, job)
    assert [(error.line, error.field) for error in found] == [
        (2, "line"), (4, "line"), (5, "price_cents"), (6, "currency"), (7, "title"), (8, "attribute"),
        (9, "media.0.url"), (10, "variants.0.sku"), (11, "line"), (14, "products"), (15, "type"),
        (16, "publications"), (17, "slug"),
    ]  # fmt: skip
    assert all(error.message and error.remedy for error in found)
    assert found[3].external_reference == "d"


async def test_the_same_file_again_changes_nothing(catalog: RunningCatalog) -> None:
    content = gzip.compress(lines(*(record(f"p{number:04}") for number in range(1_203))))
    first = await imported(catalog, content, piece=1_000)
    again = await imported(catalog, content)
    assert (first.progress.created, again.progress.created) == (1_203, 0)
    assert (again.progress.unchanged, again.progress.updated, again.progress.done) == (1_203, 0, 1_203)
    (row,) = await catalog.rows("SELECT max(version) AS version FROM products")
    assert row == {"version": 1}


async def test_of_a_torn_file_everything_before_the_tear_is_in(catalog: RunningCatalog) -> None:
    packed = gzip.compress(lines(*(record(f"p{number:04}", title=str(hash(number))) for number in range(900))))
    job = await imported(catalog, packed[: len(packed) * 2 // 3])
    assert job.state == pb.JOB_FAILED
    assert "torn" in job.error
    assert 0 < len(await references(catalog)) == job.progress.created < 900
    assert (await imported(catalog, packed)).progress.created == 900 - job.progress.created


async def test_a_sheet_has_one_row_a_variant_and_nothing_that_a_spreadsheet_would_run(catalog: RunningCatalog) -> None:
    shoe = record("shoe", attributes={"colour": "=cmd()"}, variants=[
        {"sku": "@41", "price_cents": 1}, {"sku": "42", "price_cents": 2}])  # fmt: skip
    await imported(catalog, lines(shoe))
    file = await exported(catalog, pb.CATALOG_CSV)
    assert file.startswith(b"\xef\xbb\xbfid,title,")
    _, first, second = file.decode("utf-8-sig").splitlines()
    assert first.startswith("shoe,Thing shoe,")
    assert ",'@41," in first
    assert ",42," in second
    assert "'=cmd()" in first


async def test_cancelling_stops_an_import_at_once_and_keeps_what_is_in(catalog: RunningCatalog) -> None:
    start = pb.StartCatalogImportRequest(idempotency_key="k")
    job = (await catalog.jobs.StartCatalogImport(start)).job
    cancelled = await catalog.jobs.CancelJob(pb.CancelJobRequest(id=job.id))
    assert cancelled.job.state == pb.JOB_CANCELLED
    part = pb.AddImportPartRequest(job_id=job.id, number=1, content=b"{}", last=True)
    (refused,) = (await catalog.jobs.AddImportPart(part)).user_errors
    assert "CANCELLED" in refused.input.message
    done = await imported(catalog, lines(record("a")))
    (late,) = (await catalog.jobs.CancelJob(pb.CancelJobRequest(id=done.id))).user_errors
    assert late.input.code == outcome_pb2.WRONG_STATE
    (unknown,) = (await catalog.jobs.CancelJob(pb.CancelJobRequest(id="job_none"))).user_errors
    assert unknown.input.code == outcome_pb2.NOT_FOUND


async def test_a_worker_that_lost_its_job_writes_nothing_any_more(catalog: RunningCatalog) -> None:
    queue = PostgresJobQueue(catalog.db)
    job = await send(catalog, b"")
    await ended(catalog, job)
    await run(catalog, "UPDATE jobs SET state = 'RUNNING', epoch = 7, leased_until = now() + interval '1 hour'")
    (row,) = await catalog.rows("SELECT * FROM jobs")
    old = job_from(row | {"epoch": 6})
    for write in (queue.keep(old, 1), queue.reach(old, 1, 2), queue.complete(old), queue.fail(old, "x")):
        with pytest.raises(JobLost):
            await write
    await queue.complete(job_from(row))


async def test_a_repeated_key_and_repeated_parts_are_answered_and_not_done_again(catalog: RunningCatalog) -> None:
    start = pb.StartCatalogImportRequest(idempotency_key="once", quantity=4)
    with catalog.acting(MANAGER):
        first, again = await catalog.jobs.StartCatalogImport(start), await catalog.jobs.StartCatalogImport(start)
        with pytest.raises(RemoteError, match="idempotency key"):
            await catalog.jobs.StartCatalogImport(pb.StartCatalogImportRequest(idempotency_key="once", quantity=5))
    assert first.job.id == again.job.id
    assert first.job.actor == "user:usr_manager"

    async def add(number: int, content: bytes, *, last: bool = False) -> pb.JobResponse:
        request = pb.AddImportPartRequest(job_id=first.job.id, number=number, content=content, last=last)
        return await catalog.jobs.AddImportPart(request)

    file = lines(record("a"), record("b"))
    assert (await add(2, b"x")).user_errors[0].input.message == "the next part is number 1"
    for _ in range(2):
        assert (await add(1, file[:50])).job.received_parts == 1
    assert (await add(1, b"other")).user_errors
    for _ in range(2):
        assert not (await add(2, file[50:], last=True)).user_errors
    assert (await ended(catalog, first.job)).progress.created == 2
    rows = await catalog.rows("SELECT actor, operation FROM catalog_changes WHERE kind IN ('JOB', 'PRODUCT')")
    assert {row["actor"] for row in rows} == {"user:usr_manager"}


async def test_jobs_are_listed_newest_first_and_for_staff_only(catalog: RunningCatalog) -> None:
    made = [await imported(catalog, lines(record(name))) for name in "abc"]
    await exported(catalog, pb.CATALOG_JSONL)
    asked = pb.ListJobsRequest(kind=pb.CATALOG_IMPORT, state=pb.JOB_COMPLETED)
    asked.page.first = 2
    page = await catalog.jobs.ListJobs(asked)
    assert [job.id for job in page.nodes] == [made[2].id, made[1].id]
    asked.page.after = page.page_info.end_cursor
    assert [job.id for job in (await catalog.jobs.ListJobs(asked)).nodes] == [made[0].id]
    with catalog.acting(SHOPPER):
        for refused in (
            catalog.jobs.ListJobs(asked),
            catalog.jobs.GetJobFilePart(pb.GetJobFilePartRequest(job_id=made[0].id, number=1)),
            catalog.jobs.StartCatalogExport(pb.StartCatalogExportRequest(idempotency_key="x")),
        ):
            with pytest.raises(RemoteError) as error:
                await refused
            assert error.value.code == "FORBIDDEN"


async def test_what_nobody_needs_any_more_is_deleted(catalog: RunningCatalog) -> None:
    done = await imported(catalog, lines(record("a")))
    await exported(catalog, pb.CATALOG_JSONL)
    await catalog.jobs.StartCatalogImport(pb.StartCatalogImportRequest(idempotency_key="never sent"))
    queue = PostgresJobQueue(catalog.db)
    await queue.tidy()
    rows = await catalog.rows("SELECT side FROM job_parts")
    assert {row["side"] for row in rows} == {"out"}, "a file that was read is of no use"
    await run(
        catalog, "UPDATE jobs SET created_at = now() - interval '8 days', finished_at = finished_at - interval '8 days'"
    )
    await queue.tidy()
    assert not await catalog.rows("SELECT side FROM job_parts")
    states = await catalog.rows("SELECT state, count(*)::int AS jobs FROM jobs GROUP BY 1 ORDER BY 1")
    assert states == [{"state": "CANCELLED", "jobs": 1}, {"state": "COMPLETED", "jobs": 2}]
    await run(catalog, "UPDATE jobs SET finished_at = now() - interval '31 days'")
    await queue.tidy()
    assert not await catalog.rows("SELECT FROM jobs")
    assert done.id


async def test_a_rebuild_of_the_index_is_a_job(searchable: RunningCatalog) -> None:
    await imported(searchable, lines(*(record(f"p{number}") for number in range(3))))
    request = pb.StartSearchIndexRebuildRequest(idempotency_key="again")
    job = await ended(searchable, (await searchable.jobs.StartSearchIndexRebuild(request)).job)
    assert (job.state, job.progress.done) == (pb.JOB_COMPLETED, 3), job
    status = await searchable.catalog.GetIndexStatus(catalog_pb2.GetIndexStatusRequest())
    assert status.indexed_count == 3


async def test_no_list_is_paged_from_a_place_that_somebody_made_up(catalog: RunningCatalog) -> None:
    page = PageRequest(first=1, after="job_of_another_shop")
    for ask in (
        catalog.jobs.ListJobs(pb.ListJobsRequest(page=page)),
        catalog.jobs.BatchListJobErrors(
            pb.BatchListJobErrorsRequest(job_ids=["job_1"], page=PageRequest(first=1, after="9" * 4_301))
        ),
    ):
        with pytest.raises(RemoteError) as refused:
            await ask
        assert refused.value.reason == "INVALID_CURSOR"


async def test_jobs_that_are_started_together_are_counted_one_by_one(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_OPEN", 1)
    asked = [pb.StartCatalogImportRequest(idempotency_key=f"key-{number}") for number in range(4)]
    answers = await asyncio.gather(*map(catalog.jobs.StartCatalogImport, asked))
    assert sorted(len(answer.user_errors) for answer in answers) == [0, 1, 1, 1]


async def test_a_stock_file_is_rehearsed_and_then_counted_line_by_line_once(catalog: RunningCatalog) -> None:
    await imported(catalog, lines(record("a", quantity=5), record("b", quantity=5)))
    rows = [f"a,,{units},count" for units in (9, 7)] + ["b,nowhere,1,", "b,,many,", "none,,1,", "b,,1", "b,,5,"]
    file = "\n".join(["sku,location,quantity,reason", *rows]).encode()
    start = pb.StartStockImportRequest(idempotency_key="stock")
    for request, left in ((pb.StartStockImportRequest(idempotency_key="rehearsal", dry_run=True), 5), (start, 7)):
        job = (await catalog.jobs.StartStockImport(request)).job
        for number, piece in enumerate((file[:50], file[50:]), 1):
            part = pb.AddImportPartRequest(job_id=job.id, number=number, content=piece, last=number == 2)
            assert not (await catalog.jobs.AddImportPart(part)).user_errors
        job = await ended(catalog, job)
        progress = job.progress
        assert (job.state, progress.updated, progress.unchanged, progress.failed) == (pb.JOB_COMPLETED, 2, 1, 4), job
        assert job.dry_run is request.dry_run
        assert [(error.line, error.external_reference, error.field) for error in await errors(catalog, job)] == [
            (4, "b", "locationId"), (5, "b", "quantity"), (6, "none", "sku"), (7, "b", "line"),
        ]  # fmt: skip
        assert await catalog.rows("SELECT sku, available FROM stock ORDER BY sku") == [
            {"sku": "a", "available": left}, {"sku": "b", "available": 5},
        ]  # fmt: skip
    assert (await catalog.jobs.StartStockImport(start)).job.id == job.id
