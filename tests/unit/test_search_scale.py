"""The search bench at several sizes: what it imports, and where it goes on after an interruption."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.bench import search_scale
from infra.bench.engine_requests import Unusable
from infra.bench.usage import Usage
from infra.cli.catalog import command as catalog_commands


class Shop:
    """Stands for a running stack and the commands on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stack: Any = SimpleNamespace(state=SimpleNamespace(path=folder))
        self.generated: list[tuple[int, int]] = []
        self.commands: list[Sequence[str]] = []
        self.failing = ""
        self.products = 0
        monkeypatch.setattr(search_scale, "write_catalog", self.write_catalog)
        monkeypatch.setattr(search_scale, "emporium", self.emporium)
        monkeypatch.setattr(search_scale, "measure", self.measure)
        monkeypatch.setattr(search_scale, "read_usage", lambda _: Usage(cpu={}, rpcs={}, writing=0, commits=0, syncs=0))
        monkeypatch.setattr(search_scale, "read_memory", lambda _: {"catalog": 80.0})

    def write_catalog(self, products: int, _seed: int, out: Path, *, start: int, category_size: int) -> None:
        assert category_size == search_scale.SHELF_SIZE
        self.generated.append((start, products))
        out.write_text(str(products))

    def emporium(self, _stack: Any, *arguments: str) -> None:
        if self.failing in arguments:
            raise Unusable("stopped")
        assert arguments[1] in catalog_commands.commands
        self.commands.append(arguments)
        if arguments[1] == "import":
            self.products = int(Path(arguments[2]).read_text())

    async def measure(self, *_: Any) -> Any:
        page = {"p50_ms": 10.0 if self.products < 150_000 else 14.0}
        return SimpleNamespace(document=lambda: {"figures": {search_scale.PAGES: page}})

    def run(self, *sizes: int) -> dict[str, Any]:
        return search_scale.measure_sizes(self.stack, sizes, 10, lambda _: None)


def test_a_catalogue_grows_in_parts_and_is_measured_at_each_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path, monkeypatch)
    told = shop.run(10_000, 250_000)
    assert shop.generated == [(0, 10_000), (10_000, 110_000), (110_000, 210_000), (210_000, 250_000)]
    assert told["sorted_page_largest_over_smallest_p50"] == 1.4
    assert [each["import"]["products"] for each in told["sizes"].values()] == [10_000, 240_000]
    assert not [*tmp_path.glob("bench/*.gz")]


def test_an_interrupted_run_goes_on_after_the_last_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted = Shop(tmp_path, monkeypatch)
    interrupted.failing = str(tmp_path / "bench" / "products-110000-210000.jsonl.gz")
    with pytest.raises(Unusable):
        interrupted.run(10_000, 250_000)
    going_on = Shop(tmp_path, monkeypatch)
    told = going_on.run(10_000, 250_000)
    assert going_on.generated == [(110_000, 210_000), (210_000, 250_000)]
    assert told["sizes"][250_000]["import"]["products"] == 240_000
    assert going_on.run(10_000, 250_000) == told
    assert len(going_on.generated) == 2
