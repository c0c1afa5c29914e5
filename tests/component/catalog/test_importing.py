"""`emporium catalog import` and `export` against a running catalogue."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emporium.catalog.v1 import job_pb2 as pb

from infra.cli import catalog_import, catalog_jobs
from infra.cli.catalog_export import run_export
from infra.cli.catalog_import import ImportOptions, run_import
from infra.cli.catalog_jobs import KeptKey, cancel_job, list_jobs, reindex
from infra.cli.catalog_service import services, target
from infra.embedded.failures import StackError
from tests.fixtures.catalog import SECRET, RunningCatalog
from tests.fixtures.jobs import lines, record


@pytest.fixture
def importing(catalog: RunningCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("CATALOG_ADDRESS", f"127.0.0.1:{catalog.port}")
    monkeypatch.setenv("INTERNAL_TOKEN_SECRET", SECRET.reveal())
    monkeypatch.setenv("EMPORIUM_STATE", str(tmp_path / "state"))

    async def run(content: bytes, name: str = "products.jsonl", **options: Any) -> int:
        file = tmp_path / name
        file.write_bytes(content)
        chosen: dict[str, Any] = {
            "currency": "USD",
            "quantity": 100,
            "errors": None,
            "restart": False,
            "wait": False,
        } | options
        return await run_import(ImportOptions(file=file, **chosen))

    return run


async def products(catalog: RunningCatalog) -> list[str]:
    rows = await catalog.rows("SELECT external_reference FROM products ORDER BY 1")
    return [row["external_reference"] for row in rows]


async def test_lines_that_fail_are_reported_beside_the_file_until_they_are_mended(
    importing: Callable[..., Any], catalog: RunningCatalog, tmp_path: Path
) -> None:
    assert await importing(lines(record("a"), b"{broken", record("c", price_cents=-5), record("z"))) == 1
    assert await products(catalog) == ["a", "z"]
    report = tmp_path / "products.jsonl.errors.jsonl"
    faults = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(fault["line"], fault["id"], fault["field"]) for fault in faults] == [
        (2, "", "line"),
        (3, "c", "price_cents"),
    ]
    assert all(fault["what"] and fault["how"] for fault in faults)
    assert await importing(lines(record("a"), record("c"))) == 0
    assert not report.exists()


async def test_a_sheet_goes_in_and_the_catalogue_comes_out_of_it_again(
    importing: Callable[..., Any], catalog: RunningCatalog, tmp_path: Path
) -> None:
    table = 'id,title,price,category,ean,Colour\ncsv-1,"A, quoted",12.34,Home > Lamps,1|2,Red\n'
    assert await importing(table.encode(), "table.csv") == 0
    assert await importing(gzip.compress(lines(record("packed"))), "packed.jsonl.gz") == 0
    await run_export(tmp_path / "out.csv", None, as_json=False)
    await run_export(tmp_path / "out.jsonl.gz", None, as_json=False)
    assert b"csv-1" in (tmp_path / "out.csv").read_bytes()
    records = [json.loads(line) for line in gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()]
    products = [each for each in records if "type" not in each]
    assert [each["id"] for each in products] == ["csv-1", "packed"]
    assert {each["key"]: each["value"] for each in products[0]["attributes"]} == {"ean": "1, 2", "colour": "Red"}
    assert not list(tmp_path.glob(".*unfinished"))


async def test_an_import_that_was_stopped_while_it_was_sent_goes_on_with_the_same_job(
    importing: Callable[..., Any], catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_import, "PIECE", 50)
    content = lines(*(record(f"p{number}") for number in range(5)))
    sent: list[int] = []
    patient = catalog_import.patiently

    async def stopping(rpc: Any, request: Any) -> Any:
        if isinstance(request, pb.AddImportPartRequest):
            if len(sent) == 3:
                sent.append(0)
                raise asyncio.CancelledError
            sent.append(request.number)
        return await patient(rpc, request)

    monkeypatch.setattr(catalog_import, "patiently", stopping)
    with pytest.raises(asyncio.CancelledError):
        await importing(content)
    assert await importing(content) == 0
    assert sent[:5] == [1, 2, 3, 0, 4]
    assert len(await products(catalog)) == 5
    assert len(await list_jobs()) == 1
    assert await importing(content) == 0
    assert [job.progress.unchanged for job in await list_jobs()] == [5, 0], "afterwards it is another import"


async def test_what_was_cancelled_while_nobody_watched_begins_anew_at_the_first_asking(
    importing: Callable[..., Any], catalog: RunningCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, file = os.environ["CATALOG_ADDRESS"], tmp_path / "out.csv"
    # What commands leave behind that were interrupted.
    rebuild = pb.StartSearchIndexRebuildRequest(idempotency_key=KeptKey("reindex", address).take())
    export = pb.StartCatalogExportRequest(idempotency_key=KeptKey("export", address, str(file), "csv").take())
    export.format = pb.CATALOG_CSV
    async with services(target()) as shop:
        left = [
            (await shop.jobs.StartSearchIndexRebuild(rebuild)).job,
            (await shop.jobs.StartCatalogExport(export)).job,
        ]
    for each in left:
        await cancel_job(each.id)
    await run_export(file, None, as_json=False)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfid,")

    async def seen(look: Any, job: pb.Job, *shown: Any) -> pb.Job:
        return pb.Job(id=job.id, state=pb.JOB_COMPLETED)

    monkeypatch.setattr(catalog_jobs, "watch", seen)  # there is no search engine here that could end it
    assert (await reindex()).id not in {each.id for each in left}


@pytest.mark.parametrize("name", ["x.pdf", "x", "x.gz", "x.csv.zip", "csv"])
async def test_an_export_in_no_known_format_is_refused_before_anything_is_asked(name: str, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="does not say in which format") as refused:
        await run_export(tmp_path / name, None, as_json=False)
    assert ".jsonl or .csv" in refused.value.remedy
    assert not list(tmp_path.iterdir())


async def test_what_cannot_be_done_is_said_with_what_to_do(importing: Callable[..., Any], tmp_path: Path) -> None:
    with pytest.raises(StackError, match="neither JSONL nor CSV"):
        await importing(b"nothing of the kind\n")
    with pytest.raises(StackError, match="torn"):
        await importing(gzip.compress(lines(record("a")))[:-3])
    with pytest.raises(StackError, match=r"nothing\.jsonl"):
        await run_import(
            ImportOptions(
                file=tmp_path / "nothing.jsonl", currency="USD", quantity=1, errors=None, restart=False, wait=False
            )
        )
    with pytest.raises(StackError, match="no such job"):
        await cancel_job("job_unknown")
    with pytest.raises(StackError, match="cannot be written"):
        await run_export(tmp_path / "no" / "folder.jsonl", None, as_json=False)


async def test_without_a_catalogue_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CATALOG_ADDRESS", "INTERNAL_TOKEN_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EMPORIUM_STATE", str(tmp_path / "nothing"))
    options = ImportOptions(file=tmp_path / "x", currency="USD", quantity=1, errors=None, restart=False, wait=False)
    with pytest.raises(StackError, match="not running"):
        await run_import(options)
