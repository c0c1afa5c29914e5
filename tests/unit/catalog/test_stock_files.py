"""Stock files, and how an import carries them to the shop."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.progress import Progress

from infra.catalog_data.stock_file import Rejects, StockLine, UnreadableStock, opened_stock, row_of
from infra.cli.staff import ShopRefused, StaffClient, StaffTarget
from infra.cli.stock_import import BATCH, Done, StockImport, batches, carry
from subgraphs.catalog.domain.job import JobBroken
from subgraphs.catalog.domain.stock_file import StockFile


def written(folder: Path, text: str, name: str = "stock.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["stock.csv", "stock.csv.gz"])
def test_each_line_is_read_or_told_what_is_wrong_with_it(tmp_path: Path, name: str) -> None:
    text = """\ufeffSKU,location,quantity,reason
a,hub,5,counted

b,,7
,hub,1,
c,hub,-1,
c,hub,1.5,
c,hub,1_0,
"d,1",hub,+3,
"""
    with opened_stock(written(tmp_path, text, name)) as file:
        found = [(line.number, line.sku, line.error) for line in file.lines()]
        assert file.how == "quantity"
    assert found == [
        (2, "a", ""),
        (4, "b", "has 3 fields under 4 columns"),
        (5, "", "names no sku"),
        (6, "c", "quantity '-1' is no whole number up to 1,000,000,000"),
        (7, "c", "quantity '1.5' is no whole number up to 1,000,000,000"),
        (8, "c", "quantity '1_0' is no whole number up to 1,000,000,000"),
        (9, "d,1", ""),
    ]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("sku,quantity", "no column location"), ("location,delta", "no column sku"), ("sku,location", "and not both"),
        ("sku,location,quantity,delta", "and not both"), ("sku,location,delta,colour", "'colour' is unknown"),
        ("sku,sku,location,delta", "twice"), ("", "no column sku"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_refused_by_its_header(tmp_path: Path, header: str, told: str) -> None:
    with pytest.raises(UnreadableStock, match=told), opened_stock(written(tmp_path, header)):
        pass


class Shop:
    """Answers `stockAdjust` like the shop: knows keys, and refuses SKUs that begin with x."""

    def __init__(self, *stumbles: httpx.Response, logins: Sequence[httpx.Response] = ()) -> None:
        self.calls: list[dict[str, Any]] = []
        self.logins = list(logins)
        self.keys: set[str] = set()
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
        asked = body["variables"]["input"]
        self.calls.append(asked)
        errors = [
            {"field": ["adjustments", str(number), "sku"], "message": "unknown"}
            for number, each in enumerate(asked["adjustments"])
            if each["sku"].startswith("x")
        ]
        repeated = asked["idempotencyKey"] in self.keys
        self.keys.add(asked["idempotencyKey"])
        changed = len(asked["adjustments"]) - len(errors)
        return httpx.Response(
            200, json={"data": {"stockAdjust": {"repeated": repeated, "changedCount": changed, "userErrors": errors}}}
        )


async def imported(path: Path, shop: Shop, key: str = "key") -> tuple[Done, Rejects]:
    asked = StockImport(file=path, rejects=None, dry_run=False, again=False)
    with opened_stock(path) as file, Rejects(path.with_suffix(".rejects"), file.how) as rejects:
        return await carry(file, shop.client(), key, rejects, Progress(disable=True), asked), rejects


async def test_what_is_refused_is_written_by_line_and_can_be_imported_once_mended(tmp_path: Path) -> None:
    path = written(tmp_path, "sku,location,delta\na,hub,1\nx,,2\nb,hub,no\nc,,4\n")
    shop = Shop()
    done, rejects = await imported(path, shop)
    assert (done.lines, done.taken, done.changed, rejects.count) == (4, 2, 2, 2)
    assert shop.calls[0]["adjustments"] == [
        {"sku": "a", "delta": 1, "locationId": "hub", "reason": "stock file"},
        {"sku": "x", "delta": 2, "reason": "stock file"},
        {"sku": "c", "delta": 4, "reason": "stock file"},
    ]
    with rejects.path.open(newline="") as file:
        assert [(row["line"], row["sku"], row["error"]) for row in csv.DictReader(file)] == [
            ("3", "x", "sku: unknown"),
            ("4", "b", "delta 'no' is no whole number up to 1,000,000,000"),
        ]
    mended = written(tmp_path, rejects.path.read_text().replace("x,", "y,").replace(",no,", ",3,"), "mended.csv")
    done, rejects = await imported(mended, shop, "mended")
    assert (done.taken, rejects.count, rejects.path.exists()) == (2, 0, False)


async def test_a_login_that_finds_the_shop_restarting_is_tried_again(tmp_path: Path) -> None:
    path, shop = written(tmp_path, "sku,location,delta\na,hub,1\n"), Shop(logins=[httpx.Response(503)])
    done, _ = await imported(path, shop)
    assert done.taken == 1


async def test_a_repeated_file_has_the_same_keys_and_changes_nothing(tmp_path: Path) -> None:
    lines = "".join(f"s{number},hub,1\n" for number in range(BATCH + 1))
    path, shop = written(tmp_path, "sku,location,delta\n" + lines), Shop()
    first, _ = await imported(path, shop)
    again, _ = await imported(path, shop)
    assert [call["idempotencyKey"] for call in shop.calls] == ["key:2", f"key:{BATCH + 2}"] * 2
    assert (first.changed, first.repeated) == (BATCH + 1, 0)
    assert (again.changed, again.repeated) == (0, BATCH + 1)


def test_long_names_make_smaller_batches(tmp_path: Path) -> None:
    lines = "".join(f"{'s' * 190}{number:03},hub,1\n" for number in range(BATCH * 2))
    with opened_stock(written(tmp_path, "sku,location,delta\n" + lines)) as file:
        sizes = [sum(len(line.sku) for line in batch) for batch in batches(file.lines())]
    assert max(sizes) < 110_000


async def test_an_ended_login_is_renewed_and_a_busy_shop_asked_again(tmp_path: Path) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "0"})
    away = httpx.Response(200, json={"errors": [{"message": "m", "extensions": {"code": "UNAVAILABLE"}}]})
    shop = Shop(httpx.Response(401, json={}), busy, away)
    done, _ = await imported(written(tmp_path, "sku,location,delta\na,hub,1\n"), shop)
    assert (done.taken, len(shop.calls)) == (1, 1)


async def test_whoever_may_not_is_told_which_role_it_takes(tmp_path: Path) -> None:
    shop = Shop(httpx.Response(200, json={"errors": [{"message": "no", "extensions": {"code": "FORBIDDEN"}}]}))
    with pytest.raises(ShopRefused) as refusal:
        await imported(written(tmp_path, "sku,location,delta\na,hub,1\n"), shop)
    assert "catalog_manager" in refusal.value.remedy


def test_no_cell_of_a_stock_file_is_a_formula_and_all_of_them_are_read_back(tmp_path: Path) -> None:
    sku, location = "=cmd()", "@hub"
    with Rejects(tmp_path / "rejects.csv", "quantity") as rejects:
        rejects.add(StockLine(number=2, sku=sku, location=location, units="-1", reason="-", error="+1 is wrong"))
    assert rejects.path.read_text().splitlines()[1] == "2,'=cmd(),'@hub,-1,'-,'+1 is wrong"
    level = {"sku": sku, "location": location, "available": 1, "reserved": 2, "secured": 3}
    assert row_of(level) == ["'=cmd()", "'@hub", "6"]
    exported = "sku,location,quantity\n" + ",".join(row_of(level))
    for path in (rejects.path, written(tmp_path, exported)):
        with opened_stock(path) as file:
            assert [(line.sku, line.location) for line in file.lines()] == [(sku, location)]


def test_a_job_takes_off_what_guards_a_cell_from_spreadsheets() -> None:
    file = StockFile()
    (batch,) = [*file.feed(b"sku,location,delta,reason\n'=cmd(),'@hub,'-3,'+1 box\n"), *file.finish()]
    (adjustment,) = batch.adjustments
    assert (adjustment.sku, adjustment.location, adjustment.delta, adjustment.reason) == (
        "=cmd()",
        "@hub",
        -3,
        "+1 box",
    )


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
