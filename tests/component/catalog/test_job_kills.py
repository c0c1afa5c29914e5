"""Workers that end in the middle of a job: what they had done is done once, the rest is done by another one."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from emporium.catalog.v1 import job_pb2 as pb

from chassis.database import database
from chassis.errors import Unavailable
from chassis.settings import Secret
from subgraphs.catalog.adapters.postgres.job_export import PostgresExportEffects
from subgraphs.catalog.app import export_catalog
from tests.component.catalog.conftest import until
from tests.fixtures.catalog import SECRET, RunningCatalog, running_catalog
from tests.fixtures.jobs import ended, exported, imported, lines, record, send
from tests.fixtures.processes import free_address, service_process

BATCHES = 12
GATES = (4, 9)
LEASE = 1.0


@contextlib.asynccontextmanager
async def held(url: str, reference: str) -> AsyncGenerator[Callable[[], Any]]:
    """Nobody writes this product meanwhile. Yields whether somebody waits for it."""
    patient = {"idle_in_transaction_session_timeout": "0"}
    async with database(Secret(url), max_size=2, settings=patient) as db, db.transaction() as tx:
        await tx.execute("SELECT FROM products WHERE external_reference = %s FOR UPDATE", [reference])

        async def waited_for() -> bool:
            async with db.reading() as connection:
                waiting = await connection.execute(
                    "SELECT FROM pg_stat_activity WHERE wait_event = 'transactionid' AND datname = current_database()"
                    " AND query LIKE '%%FOR UPDATE OF product%%'"
                )
                return await waiting.fetchone() is not None

        yield waited_for


async def test_killed_in_the_middle_of_a_batch_an_import_repeats_nothing_and_loses_nothing(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = fresh_database("catalog")
    # A product stands in a batch once: every line of it begins another one, and its version counts the batches.
    file = lines(*(
        each
        for number in range(1, BATCHES + 1)
        for each in (record("same", title=f"Title {number}"), record(f"p{number:02}", title="Thing"))
    ))  # fmt: skip
    worker = {
        "MODE": "development", "DATABASE_URL": url, "INTERNAL_TOKEN_SECRET": SECRET.reveal(),
        "LISTEN_ADDRESS": free_address(), "JOB_LEASE_SECONDS": str(LEASE),
    }  # fmt: skip
    async with (
        running_catalog(url, job_slots=0) as catalog,
        contextlib.AsyncExitStack() as gate,
        contextlib.AsyncExitStack() as last,
    ):
        async with running_catalog(url, job_slots=1) as other:
            await imported(other, lines(*(record(f"p{number:02}", title="Gate") for number in GATES)))
        first, second = [
            await stack.enter_async_context(held(url, f"p{number:02}"))
            for stack, number in zip((gate, last), GATES, strict=True)
        ]
        job = await send(catalog, file)
        with service_process("subgraphs.catalog", tmp_path / "worker.log", worker) as process:
            await until(first)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert await reached(catalog, job) == (GATES[0] - 1) * 2, "the batch that was under way left no trace"
        await gate.aclose()
        async with running_catalog(url, job_slots=1, job_lease_seconds=LEASE):
            await until(second)
        assert await reached(catalog, job) == (GATES[1] - 1) * 2, "a worker that is asked to stop stops at once"
        await last.aclose()
        async with running_catalog(url, job_slots=1, job_lease_seconds=LEASE):
            job = await ended(catalog, job)
        assert (job.state, job.progress.done, job.progress.failed) == (pb.JOB_COMPLETED, BATCHES * 2, 0)
        assert (job.progress.created, job.progress.updated) == (BATCHES - 1, BATCHES + 1)
        (same,) = await catalog.rows("SELECT name, version FROM products WHERE external_reference = 'same'")
        assert same == {"name": f"Title {BATCHES}", "version": BATCHES}, "each batch was written exactly once"
        (stock,) = await catalog.rows("SELECT count(*) AS moves FROM stock_ledger")
        assert stock["moves"] == 0


async def reached(catalog: RunningCatalog, job: pb.Job) -> int:
    (row,) = await catalog.rows("SELECT done FROM jobs WHERE id = %s", [job.id])
    return row["done"]


async def test_an_export_that_stumbles_makes_the_same_file(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(catalog, lines(*(record(f"p{number}") for number in range(7))))
    monkeypatch.setattr(export_catalog, "BATCH", 2)
    whole = await exported(catalog, pb.CATALOG_CSV)
    read, asked = PostgresExportEffects.products_after, list[str]()

    async def stumbling(self: PostgresExportEffects, product_id: str, limit: int) -> Any:
        asked.append(product_id)
        if len(asked) in (1, 3):
            raise Unavailable("The database is away for a moment.")
        return await read(self, product_id, limit)

    monkeypatch.setattr(PostgresExportEffects, "products_after", stumbling)
    assert await exported(catalog, pb.CATALOG_CSV) == whole
    assert asked[2] == asked[3] != "", "it went on where it stood"
    assert len(asked) == 7
