"""`emporium catalog stock import`: a stock file through the public admin API, in batches, repeatable."""

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.ids import new_id
from infra.catalog_data.stock_file import How, Rejects, StockFile, StockLine, opened_stock
from infra.cli.console import err
from infra.cli.staff import ANSWER_SECONDS, StaffClient, StaffTarget, staff_target

BATCH = 500
BATCH_CHARACTERS = 100_000
"""A body may have 256 KiB. Part of how a file is cut, and so of its keys: what changes it, breaks the repeating."""
STOCK_ADJUST = """mutation StockImport($input: StockAdjustInput!) {
  stockAdjust(input: $input) { repeated changedCount userErrors { field message } }
}"""


@dataclass(frozen=True, kw_only=True)
class StockImport:
    """What was asked on the command line."""

    file: Path
    rejects: Path | None
    dry_run: bool
    again: bool


@dataclass(kw_only=True)
class Done:
    """How far it came."""

    lines: int = 0
    taken: int = 0
    changed: int = 0
    repeated: int = 0
    """Lines of a file of deltas that an earlier import had made."""
    seconds: float = field(default=0.0)


async def run_stock_import(asked: StockImport) -> int:
    """The exit code: 0, or 1 when lines were refused. Raises StackError for what stops the import."""
    with opened_stock(asked.file) as file:
        target = staff_target()
        started = time.monotonic()
        key = _key(asked, file.how)
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as http:
            with Rejects(asked.rejects or _beside(asked.file), file.how) as rejects, _bar() as shown:
                done = await carry(file, StaffClient(http, target), key, rejects, shown, asked)
    done.seconds = time.monotonic() - started
    _summary(done, rejects, asked, target)
    return 1 if rejects.count else 0


async def carry(
    file: StockFile, shop: StaffClient, key: str, rejects: Rejects, shown: Progress, asked: StockImport
) -> Done:
    """Batch by batch; what is counted as taken is committed."""
    task = shown.add_task("trying" if asked.dry_run else "importing", total=asked.file.stat().st_size, lines="")
    done = Done()
    for batch in batches(file.lines()):
        good = [line for line in batch if not line.error]
        refused = [line for line in batch if line.error]
        if good:
            refused += await _send(shop, good, f"{key}:{good[0].number}", file.how, done, dry_run=asked.dry_run)
        for line in sorted(refused, key=lambda line: line.number):
            rejects.add(line)
        done.lines += len(batch)
        shown.update(task, completed=file.position, lines=f"{done.lines:,}")
    return done


def batches(lines: Iterator[StockLine]) -> Iterator[list[StockLine]]:
    """Of the same file always the same."""
    gathered: list[StockLine] = []
    size = 0
    for line in lines:
        gathered.append(line)
        size += len(line.sku) + len(line.location) + len(line.reason)
        if len(gathered) == BATCH or size >= BATCH_CHARACTERS:
            yield gathered
            gathered, size = [], 0
    if gathered:
        yield gathered


async def _send(
    shop: StaffClient, lines: Sequence[StockLine], key: str, how: How, done: Done, *, dry_run: bool
) -> list[StockLine]:
    """The lines that were refused, with why."""
    adjustments = [line.adjustment(how) for line in lines]
    asked = {"adjustments": adjustments, "idempotencyKey": key, "dryRun": dry_run}
    payload = (await shop.ask(STOCK_ADJUST, {"input": asked}))["stockAdjust"]
    refused: dict[int, str] = {}
    for error in payload["userErrors"]:
        refused.setdefault(int(error["field"][1]), f"{error['field'][-1]}: {error['message']}")
    done.taken += len(lines) - len(refused)
    if payload["repeated"]:
        done.repeated += len(lines)
    else:
        done.changed += payload["changedCount"]
    return [replace(lines[index], error=why) for index, why in refused.items()]


def _key(asked: StockImport, how: How) -> str:
    """What the keys of the batches begin with. A file of deltas has the same ones each time, so that it is never added
    twice by accident; one of quantities may be set again whenever somebody wants."""
    if how == "quantity" or asked.again:
        return new_id("stk")
    with asked.file.open("rb") as file:
        return f"stk_{hashlib.file_digest(file, 'sha256').hexdigest()[:40]}"


def _beside(file: Path) -> Path:
    folder = file.parent if os.access(file.parent, os.W_OK) else Path.cwd()
    return folder / f"{file.name}.rejects.csv"


def _bar() -> Progress:
    """On standard error, so that output stays clean."""
    return Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn("{task.fields[lines]:>14}"),
        TimeElapsedColumn(),
        console=err,
    )


def _summary(done: Done, rejects: Rejects, asked: StockImport, target: StaffTarget) -> None:
    sign = "[red]✗[/]" if rejects.count else "[green]✓[/]"
    would = "would be " if asked.dry_run else ""
    told: dict[str, Any] = {"taken": done.taken, f"{would}changed": done.changed, "refused": rejects.count}
    counts = ", ".join(f"{count:,} {name}" for name, count in told.items())
    err.print(f"{sign} {done.lines:,} lines: {counts} in {done.seconds:.1f} s at {escape(target.url)}", soft_wrap=True)
    if done.repeated:
        err.print(
            f"  {done.repeated:,} of them were made by an earlier import of this file and not once more; "
            "--again makes them again",
            soft_wrap=True,
        )
    if rejects.first is not None:
        err.print(f"  line {rejects.first.number}: {escape(rejects.first.error)}", soft_wrap=True)
        err.print(f"  all of them, to mend and import: {escape(str(rejects.path))}", soft_wrap=True)
