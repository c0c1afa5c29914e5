"""Stock files, and how an import carries them to the shop."""

from __future__ import annotations

import csv
import gzip
import json
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from emporium.catalog.v1 import job_pb2 as pb
from rich.progress import Progress

from infra.cli import catalog_jobs, stock_import
from infra.cli.sent_file import opened
from infra.cli.staff import ShopRefused, StaffClient, StaffTarget
from infra.cli.stock_export import row_of
from infra.cli.stock_import import StockImport, StockJobs, carry
from infra.cli.stock_rejects import NoStockFile, columns_of, write_rejects
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.stock_file import StockBatch, StockFile

DELTAS = "sku,location,delta\n"


def written(folder: Path, text: str, name: str = "stock.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


def read(content: bytes) -> StockBatch:
    file = StockFile()
    (batch,) = [*file.feed(content), *file.finish()]
    return batch


def test_each_line_is_read_or_told_what_is_wrong_with_it() -> None:
    batch = read(
        """\ufeffSKU,location,quantity,reason
a,hub,5,counted

b,,7
,hub,1,
c,hub,-1,
c,hub,1.5,
c,hub,1_0,
"d,1",,+3,
""".encode()
    )
    told = "is no whole number from 0 to 1,000,000,000"
    assert [(fault.line, fault.field, fault.message) for fault in batch.faults] == [
        (4, "line", "has 3 fields under 4 columns"),
        (5, "sku", "is missing"),
        (6, "quantity", f"'-1' {told}"),
        (7, "quantity", f"'1.5' {told}"),
        (8, "quantity", f"'1_0' {told}"),
    ]
    assert [
        (line, each.sku, each.location, each.quantity, each.reason)
        for line, each in zip(batch.lines, batch.adjustments, strict=True)
    ] == [(2, "a", "hub", 5, "counted"), (9, "d,1", "default", 3, "stock file")]


@pytest.mark.parametrize(
    "header", ["sku,quantity", "location,delta", "sku,location", "sku,location,quantity,delta",
               "sku,location,delta,colour", "sku,sku,location,delta", ""],
)  # fmt: skip
@pytest.mark.parametrize("name", ["stock.csv", "stock.csv.gz"])
def test_a_file_of_another_form_is_refused_by_its_header(tmp_path: Path, header: str, name: str) -> None:
    with pytest.raises(NoStockFile, match=f"names {header.replace(',', ', ') or 'nothing'}"):
        columns_of(written(tmp_path, header, name))


class Shop:
    """Answers like the shop: knows keys, reads files as its job does, and refuses SKUs that begin with x."""

    def __init__(self, *stumbles: httpx.Response, logins: Sequence[httpx.Response] = ()) -> None:
        self.calls: list[str] = []
        self.logins = list(logins)
        self.keys: dict[str, str] = {}
        self.parts: dict[str, list[bytes]] = {}
        self.units: dict[str, int] = {}
        self.stumbles = list(stumbles)

    def client(self) -> StaffClient:
        transport = httpx.MockTransport(self.answer)
        target = StaffTarget(url="http://shop", login={"email": "e", "password": "p"})
        return StaffClient(httpx.AsyncClient(transport=transport), target)

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if "tokenCreate" in body["query"]:
            if self.logins:
                return self.logins.pop(0)
            return httpx.Response(200, json={"data": {"tokenCreate": {"accessToken": "t", "userErrors": []}}})
        if "Authorization" not in request.headers:
            return httpx.Response(200, json={"errors": [{"message": "who", "extensions": {"code": "UNAUTHENTICATED"}}]})
        if self.stumbles:
            return self.stumbles.pop(0)
        return self._done(body["query"], body["variables"])

    def _done(self, document: str, asked: dict[str, Any]) -> httpx.Response:
        if document == stock_import.START:
            key = asked["input"]["idempotencyKey"] + str(asked["input"]["dryRun"])
            job = self.keys.setdefault(key, f"job_{len(self.keys)}")
            return self._answered("stockImportStart", {"job": {"id": job}, "userErrors": []})
        if document == stock_import.ADD_PART:
            return self._answered("catalogImportPartAdd", self._added(asked["input"]))
        if document == stock_import.LOOK:
            return self._answered("job", self._looked(asked["id"]))
        after = int(asked["after"] or 0)
        nodes = self._refused(asked["id"])[after : after + 1]
        more = {"hasNextPage": bool(self._refused(asked["id"])[after + 1 :]), "endCursor": str(after + 1)}
        return self._answered("job", {"errors": {"nodes": nodes, "pageInfo": more}})

    def _answered(self, name: str, data: Any) -> httpx.Response:
        self.calls.append(name)
        return httpx.Response(200, json={"data": {name: data}})

    def _added(self, part: dict[str, Any]) -> dict[str, Any]:
        parts = self.parts.setdefault(part["jobId"], [])
        assert part["number"] == len(parts) + 1
        parts.append(b64decode(part["content"]))
        if part["last"]:
            for each in self._read(part["jobId"]).adjustments:
                if not each.sku.startswith("x"):
                    self.units[each.sku] = self.units.get(each.sku, 0) + each.delta
            parts.append(b"")
        return {"job": {"id": part["jobId"]}, "userErrors": []}

    def _looked(self, job: str) -> dict[str, Any]:
        parts = self.parts.get(job, [])
        ended = parts[-1:] == [b""]
        failed = len(self._refused(job)) if ended else 0
        changed = len(self._read(job).lines) + len(self._read(job).faults) - failed if ended else 0
        progress = {"done": 0, "failed": failed, "updated": changed, "unchanged": 0, "fraction": 1.0}
        state = "COMPLETED" if ended else "RECEIVING"
        return {"id": job, "state": state, "error": None, "receivedParts": len(parts), "progress": progress}

    def _refused(self, job: str) -> list[dict[str, Any]]:
        batch = self._read(job)
        faults = [(each.line, each.field, each.message) for each in batch.faults]
        lines = zip(batch.lines, batch.adjustments, strict=True)
        faults += [(line, "sku", "is unknown") for line, each in lines if each.sku.startswith("x")]
        return [{"line": line, "field": field, "message": message} for line, field, message in sorted(faults)]

    def _read(self, job: str) -> StockBatch:
        return read(b"".join(self.parts[job]))


@pytest.fixture(autouse=True)
def at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPORIUM_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(catalog_jobs, "POLL_SECONDS", 0)


async def imported(
    path: Path, shop: Shop, *, dry_run: bool = False, again: bool = False
) -> tuple[pb.Job, bool, list[dict[str, str]]]:
    """The job, whether it was there before, and the rejects."""
    asked = StockImport(file=path, rejects=None, dry_run=dry_run, again=again)
    columns, rejects = columns_of(path), path.with_suffix(".rejects")
    jobs = StockJobs(shop.client())
    with opened(path) as file:
        job, repeated = await carry(jobs, file, asked, Progress(disable=True), "shop", deltas="delta" in columns)
    if await write_rejects(jobs.refused(job.id), path, columns, rejects) is None:
        return job, repeated, []
    with rejects.open(newline="") as file:
        return job, repeated, list(csv.DictReader(file))


async def test_what_is_refused_is_written_by_line_and_can_be_imported_once_mended(tmp_path: Path) -> None:
    text = 'sku,location,delta,reason\na,hub,1,\n\nx,,2,\'=gift\nb,hub,no,\n"c",,4,\nd\n'
    shop = Shop()
    job, _, rejects = await imported(written(tmp_path, text, "stock.csv.gz"), shop)
    assert (job.progress.updated, job.progress.failed, shop.units) == (2, 3, {"a": 1, "c": 4})
    told = "delta: 'no' is no whole number from -1,000,000,000 to 1,000,000,000"
    assert rejects == [
        {"line": "4", "sku": "x", "location": "", "delta": "2", "reason": "'=gift", "error": "sku: is unknown"},
        {"line": "5", "sku": "b", "location": "hub", "delta": "no", "reason": "", "error": told},
        {"line": "7", "sku": "d", "location": "", "delta": "", "reason": "", "error": "has 1 fields under 4 columns"},
    ]
    mended = (tmp_path / "stock.csv.rejects").read_text().replace("x,", "y,").replace(",no,", ",3,")
    job, _, rejects = await imported(written(tmp_path, mended.replace("d,,,", "d,,5,"), "mended.csv"), shop)
    assert (shop.units, rejects) == ({"a": 1, "c": 4, "y": 2, "b": 3, "d": 5}, [])


async def test_a_login_that_finds_the_shop_restarting_is_tried_again(tmp_path: Path) -> None:
    shop = Shop(logins=[httpx.Response(503)])
    await imported(written(tmp_path, f"{DELTAS}a,hub,1\n"), shop)
    assert shop.units == {"a": 1}


async def test_deltas_are_added_again_only_where_that_is_asked_for(tmp_path: Path) -> None:
    path, shop = written(tmp_path, f"{DELTAS}a,hub,1\n"), Shop()
    assert not (await imported(path, shop))[1]
    assert (await imported(path, shop))[1]
    assert shop.units == {"a": 1}
    assert not (await imported(path, shop, again=True))[1]
    assert not (await imported(path, shop, again=True))[1]
    assert shop.units == {"a": 3}


@pytest.mark.parametrize("dry_run", [True, False])
async def test_quantities_and_rehearsals_are_another_job_each_time(tmp_path: Path, dry_run: bool) -> None:
    path = written(tmp_path, "sku,location,quantity\na,hub,1\n" if not dry_run else f"{DELTAS}a,hub,1\n")
    shop = Shop()
    assert len({(await imported(path, shop, dry_run=dry_run))[0].id for _ in range(2)}) == 2


async def test_an_interrupted_import_goes_on_with_its_job_from_the_piece_it_had_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_import, "PIECE", 10)
    path, shop = written(tmp_path, "sku,location,quantity\na,hub,1\nb,hub,2\n"), Shop()
    shop.parts["job_0"] = [gzip.compress(b"sku,locati", compresslevel=1, mtime=0)]
    kept = catalog_jobs.KeptKey("stock", "shop", *_named(path))
    shop.keys[f"{kept.take()}False"] = "job_0"
    job, _, _ = await imported(path, shop)
    assert (job.id, job.progress.updated) == ("job_0", 2)


def _named(path: Path) -> tuple[str, str, str]:
    with opened(path) as file:
        return file.digest, "False", "False"


async def test_an_ended_login_is_renewed_and_a_busy_shop_asked_again(tmp_path: Path) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "0"})
    away = httpx.Response(200, json={"errors": [{"message": "m", "extensions": {"code": "UNAVAILABLE"}}]})
    shop = Shop(httpx.Response(401, json={}), busy, away)
    await imported(written(tmp_path, f"{DELTAS}a,hub,1\n"), shop)
    assert shop.calls.count("catalogImportPartAdd") == 1
    assert shop.units == {"a": 1}


async def test_whoever_may_not_is_told_which_role_it_takes(tmp_path: Path) -> None:
    shop = Shop(httpx.Response(200, json={"errors": [{"message": "no", "extensions": {"code": "FORBIDDEN"}}]}))
    with pytest.raises(ShopRefused) as refusal:
        await imported(written(tmp_path, f"{DELTAS}a,hub,1\n"), shop)
    assert "catalog_manager" in refusal.value.remedy


async def test_no_cell_of_a_stock_file_is_a_formula_and_all_of_them_are_read_back(tmp_path: Path) -> None:
    level = {"sku": "=cmd()", "location": "@hub", "available": 1, "reserved": 2, "secured": 3}
    assert row_of(level) == ["'=cmd()", "'@hub", "6"]
    _, _, rejects = await imported(written(tmp_path, "sku,location,delta,reason\n=cmd(),@hub,-1.5,-\n"), Shop())
    assert [rejects[0][name] for name in ("sku", "location", "delta", "reason")] == ["'=cmd()", "'@hub", "-1.5", "'-"]
    batch = read(b"sku,location,delta,reason\n'=cmd(),'@hub,'-3,'+1 box\n")
    (each,) = batch.adjustments
    assert (each.sku, each.location, each.delta, each.reason) == ("=cmd()", "@hub", -3, "+1 box")


def test_a_job_tells_of_a_line_that_is_no_csv_and_goes_on() -> None:
    file = StockFile()
    (batch,) = [*file.feed(b"sku,location,delta\r\na,\rhub,1\r\nb,hub,2\r\n"), *file.finish()]
    assert [(fault.line, fault.field) for fault in batch.faults] == [(2, "line")]
    assert [each.sku for each in batch.adjustments] == ["b"]
    with pytest.raises(JobBroken, match="first line is no CSV"):
        list(StockFile().feed(b"sku,location,delta\ra,hub,1\rb,hub,2\n"))


def test_whoever_packed_a_file_of_deltas_badly_is_told_not_to_send_its_beginning_twice() -> None:
    file = StockFile()
    list(file.feed(gzip.compress(b"sku,location,delta\na,hub,1\n")[:-4]))
    with pytest.raises(JobBroken, match="only the lines after those"):
        list(file.finish())
