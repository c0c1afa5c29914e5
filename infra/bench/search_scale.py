"""The search bench at several sizes of one made-up catalogue, which grows from size to size.

For the running stack of an empty shop: `emporium bench search --products 10000,100000,1000000`. What is done is kept in
the state folder, so that the same command goes on after an interruption.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.bench.engine_requests import Unusable
from infra.bench.search import SHELF_SIZE, measure
from infra.bench.usage import read_memory, read_usage
from infra.cli.catalog_generate import write_catalog
from infra.embedded.running import RunningStack
from infra.embedded.state import CHECKOUT, read_object, write_privately

SEED = 20_261
PART = 100_000
"""Products that are generated and imported at a time."""
PAGES = "sorted page of a category"
REBUILD = ("catalog", "reindex")
Tell = Callable[[str], None]


def measure_sizes(stack: RunningStack, sizes: Sequence[int], requests: int, tell: Tell) -> dict[str, Any]:
    """Report by size, and how much slower the first page of a category of one size gets. Raises Unusable."""
    folder = stack.state.path / "bench"
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = Kept(folder / "search-scale.json")
    for size in sorted(set(sizes)):
        if kept.has(size, "search"):
            tell(f"{size:,} products: measured before")
            continue
        grow(stack, folder, kept, size, tell)
        if not kept.has(size, "rebuild_seconds"):
            tell(f"{size:,} products: rebuilding the index")
            started = time.monotonic()
            emporium(stack, *REBUILD)
            kept.note(size, "rebuild_seconds", time.monotonic() - started)
        kept.note(size, "search", asyncio.run(measure(stack, requests, tell)).document())
    found = {size: kept.of(size) for size in sorted(set(sizes))}
    pages = [each["search"]["figures"][PAGES]["p50_ms"] for each in found.values()]
    return {"sizes": found, "sorted_page_largest_over_smallest_p50": pages[-1] / pages[0]}


def grow(stack: RunningStack, folder: Path, kept: "Kept", size: int, tell: Tell) -> None:
    """Imports what is missing, a part at a time. The rate counts until everything is searchable."""
    before = max((each for each in kept.sizes() if each < size), default=0)
    done = Growth(**kept.of(size).get("import", {"reached": before}))
    while done.reached < size:
        reached = min(done.reached + PART, size)
        tell(f"{size:,} products: {done.reached:,} are there, importing {reached - done.reached:,}")
        file = folder / f"products-{done.reached}-{reached}.jsonl.gz"
        write_catalog(reached, SEED, file, start=done.reached, category_size=SHELF_SIZE)
        used, started = read_usage(stack), time.monotonic()
        emporium(stack, "catalog", "import", str(file))
        done = done.plus(reached, time.monotonic() - started, read_usage(stack).since(used).cpu, read_memory(stack))
        kept.note(size, "import", asdict(done))
        file.unlink()


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What an import took so far."""

    reached: int
    products: int = 0
    seconds: float = 0.0
    products_per_second: float = 0.0
    cpu_ms: Mapping[str, float] = field(default_factory=dict[str, float])
    memory_mb: Mapping[str, float] = field(default_factory=dict[str, float])
    """By process, after the last part."""

    def plus(self, reached: int, seconds: float, cpu: Mapping[str, float], memory: Mapping[str, float]) -> "Growth":
        products, whole = self.products + reached - self.reached, self.seconds + seconds
        return Growth(
            reached=reached,
            products=products,
            seconds=whole,
            products_per_second=products / whole,
            cpu_ms={name: self.cpu_ms.get(name, 0.0) + spent for name, spent in cpu.items()},
            memory_mb=memory,
        )


def emporium(stack: RunningStack, *arguments: str) -> None:
    """Its progress is shown as it comes. Raises Unusable."""
    environment = {**os.environ, "EMPORIUM_STATE": str(stack.state.path)}
    command = [sys.executable, "-m", "infra.cli.main", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, stdout=sys.stderr, check=False)
    if done.returncode:
        raise Unusable(
            f"`emporium {' '.join(arguments)}` ended with {done.returncode}: start again to go on from here."
        )


class Kept:
    """What is done, by size."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._done: dict[str, Any] = dict(read_object(path))

    def sizes(self) -> list[int]:
        return [int(size) for size in self._done]

    def of(self, size: int) -> dict[str, Any]:
        return self._done.get(str(size), {})

    def has(self, size: int, what: str) -> bool:
        return what in self.of(size)

    def note(self, size: int, what: str, value: Any) -> None:
        self._done.setdefault(str(size), {})[what] = value
        write_privately(self._path, json.dumps(self._done, indent=1))
