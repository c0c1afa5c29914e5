"""`emporium catalog import` against a running catalogue."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.cli.catalog_import import ImportOptions, run_import
from infra.embedded.failures import StackError
from tests.fixtures.catalog import SECRET, RunningCatalog


def record(reference: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": reference,
        "title": f"Thing {reference}",
        "category": ["Things"],
        "price_cents": 1999,
        "currency": "USD",
        "attributes": {"weight": 1.5, "boxed": True},
    } | changes


def lines(*records: object) -> bytes:
    return b"".join((r if isinstance(r, bytes) else json.dumps(r).encode()) + b"\n" for r in records)


@pytest.fixture
def importing(catalog: RunningCatalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("CATALOG_ADDRESS", f"127.0.0.1:{catalog.port}")
    monkeypatch.setenv("INTERNAL_TOKEN_SECRET", SECRET.reveal())
    monkeypatch.setenv("EMPORIUM_STATE", str(tmp_path / "state"))

    async def run(content: bytes, name: str = "products.jsonl", **options: Any) -> int:
        file = tmp_path / name
        file.write_bytes(content)
        chosen = {"currency": "USD", "quantity": 100, "errors": None, "restart": False, "wait": False} | options
        return await run_import(ImportOptions(file=file, **chosen))

    return run


def report(tmp_path: Path, name: str = "products.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / f"{name}.errors.jsonl").read_text().splitlines()]


async def products(catalog: RunningCatalog) -> list[str]:
    rows = await catalog.rows("SELECT external_reference FROM products ORDER BY 1")
    return [row["external_reference"] for row in rows]


async def test_good_lines_go_in_and_broken_ones_are_reported(
    importing: Callable[..., Any], catalog: RunningCatalog, tmp_path: Path
) -> None:
    code = await importing(
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
        )
    )
    assert code == 1
    assert await products(catalog) == ["a", "z"]
    faults = report(tmp_path)
    assert [(fault["line"], fault["field"]) for fault in faults] == [
        (2, "line"), (4, "line"), (5, "price_cents"), (6, "currency"), (7, "title"), (8, "attribute"), (11, "line"),
        (9, "media.0.url"), (10, "variants.0.sku"),
    ]  # fmt: skip
    assert all(fault["what"] and fault["how"] for fault in faults)


async def test_importing_again_changes_nothing(importing: Callable[..., Any], catalog: RunningCatalog) -> None:
    assert await importing(lines(record("a"), record("b"))) == 0
    assert await importing(lines(record("a"), record("b"))) == 0
    (row,) = await catalog.rows("SELECT max(version) AS version, count(*) AS products FROM products")
    assert row == {"version": 1, "products": 2}


async def test_a_packed_file_and_a_csv_file_are_read(importing: Callable[..., Any], catalog: RunningCatalog) -> None:
    assert await importing(gzip.compress(lines(record("packed"))), "packed.jsonl.gz") == 0
    table = 'id,title,price,category,ean,Colour\ncsv-1,"A, quoted",12.34,Home > Lamps,1|2,Red\n'
    assert await importing(table.encode(), "table.csv") == 0
    assert await products(catalog) == ["csv-1", "packed"]
    (row,) = await catalog.rows(
        "SELECT attributes::text AS attributes FROM products WHERE external_reference = 'csv-1'"
    )
    assert {each["key"]: each["value"] for each in json.loads(row["attributes"])} == {"ean": "1, 2", "colour": "Red"}


async def test_of_a_torn_file_everything_before_the_tear_is_in(
    importing: Callable[..., Any], catalog: RunningCatalog
) -> None:
    packed = gzip.compress(
        lines(*(record(f"p{number:04}", title=str(hash(number))) for number in range(1500))), mtime=0
    )
    with pytest.raises(StackError, match="damaged after line"):
        await importing(packed[: len(packed) * 2 // 3], "big.jsonl.gz")
    assert 0 < len(await products(catalog)) < 1500
    assert await importing(packed, "big.jsonl.gz") == 0
    assert len(await products(catalog)) == 1500


async def test_without_a_catalogue_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CATALOG_ADDRESS", "INTERNAL_TOKEN_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EMPORIUM_STATE", str(tmp_path / "nothing"))
    options = ImportOptions(file=tmp_path / "x", currency="USD", quantity=1, errors=None, restart=False, wait=False)
    with pytest.raises(StackError, match="not running"):
        await run_import(options)
