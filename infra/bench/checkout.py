"""Checkout under load through the public GraphQL API: how many orders, how fast, and what each costs where.

Carts are made before the clock runs. The measured window ends when the last order is paid and the work behind it
(stock booked as sold, events sent, webhooks taken) is done: that work counts.
"""

import asyncio
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from infra.bench.flame import Flame
from infra.bench.reference import ReferenceRun, measure_reference
from infra.bench.shoppers import BenchFailed, Orders, ReadyCart, Shop, closed_loop, open_loop
from infra.bench.stocking import stock_up
from infra.bench.usage import Usage, admin_url, read_usage
from infra.embedded.running import RunningStack

LINES = 2
WARM_UP = 60
"""Orders before anything is measured."""
CURVE = (1, 4, 16, 50, 100)
REFERENCE_CLIENTS = 8
DRAWN = ("gateway", "order", "catalog")
_SETTLED = "SELECT count(*) FROM sagas WHERE state IN ('RUNNING', 'COMPENSATING')"
_UNSENT = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
_SETTLE_SECONDS = 20.0
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Load:
    """Who checks out: so many shoppers in a closed loop, or checkouts at a rate."""

    seconds: float
    shoppers: int = 0
    rate: float = 0.0

    @property
    def name(self) -> str:
        return f"{self.rate:g}/s" if self.rate else f"{self.shoppers} shoppers"


@dataclass(frozen=True, kw_only=True)
class Window:
    """One measured window."""

    load: Load
    orders: int
    failed: int
    answered_before_paid: int
    orders_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms_per_order: dict[str, float]
    """By process, what stands for other companies' services apart."""
    platform_cpu_ms_per_order: float
    load_generator_cpu_ms_per_order: float
    rpcs_per_order: float
    rpcs_by_method: dict[str, float]
    writing_transactions_per_order: float
    commits_per_order: float
    wal_syncs_per_order: float
    first_failure: str = ""


def window_of(load: Load, orders: Orders, used: Usage, generator_ms: float) -> Window:
    """The figures of one order. Raises BenchFailed when none was paid."""
    paid = len(orders.latencies)
    if paid == 0:
        raise BenchFailed(f"no order was paid: {orders.failures[:1]}")
    milliseconds = sorted(1000 * seconds for seconds in orders.latencies)
    return Window(
        load=load,
        orders=paid,
        failed=len(orders.failures),
        answered_before_paid=orders.late,
        orders_per_second=paid / orders.seconds,
        p50_ms=percentile(milliseconds, 50),
        p95_ms=percentile(milliseconds, 95),
        p99_ms=percentile(milliseconds, 99),
        cpu_ms_per_order={name: spent / paid for name, spent in used.cpu.items()},
        platform_cpu_ms_per_order=used.platform_cpu / paid,
        load_generator_cpu_ms_per_order=generator_ms / paid,
        rpcs_per_order=sum(used.rpcs.values()) / paid,
        rpcs_by_method={name.rpartition("/")[2]: count / paid for name, count in used.rpcs.items() if count},
        writing_transactions_per_order=used.writing / paid,
        commits_per_order=used.commits / paid,
        wal_syncs_per_order=used.syncs / paid,
        first_failure=orders.failures[0] if orders.failures else "",
    )


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Of values in rising order: the nearest rank."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True, kw_only=True)
class Report:
    """All windows, by load in the order they were measured."""

    windows: list[Window]
    reference: ReferenceRun
    machine: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "machine": self.machine,
            "lines_per_order": LINES,
            "cart_mutations_counted": False,
            "summary": {name: summary(group) for name, group in self.groups().items()},
            "reference": asdict(self.reference),
            "windows": [asdict(window) for window in self.windows],
        }

    def groups(self) -> dict[str, list[Window]]:
        """The repeats of each load."""
        grouped: dict[str, list[Window]] = {}
        for window in self.windows:
            grouped.setdefault(window.load.name, []).append(window)
        return grouped


FIGURES = (
    "orders_per_second",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "platform_cpu_ms_per_order",
    "load_generator_cpu_ms_per_order",
    "rpcs_per_order",
    "writing_transactions_per_order",
    "commits_per_order",
    "wal_syncs_per_order",
)


def summary(group: Sequence[Window]) -> dict[str, Any]:
    """Median, least and most of each figure; CPU by process as medians."""
    figures = {name: [float(getattr(window, name)) for window in group] for name in FIGURES}
    parts = group[0].cpu_ms_per_order
    return {
        **{
            name: {"median": statistics.median(values), "least": min(values), "most": max(values)}
            for name, values in figures.items()
        },
        "cpu_ms_per_order": {
            name: statistics.median(window.cpu_ms_per_order[name] for window in group) for name in parts
        },
        "orders": sum(window.orders for window in group),
        "failed": sum(window.failed for window in group),
    }


def measure(stack: RunningStack, loads: Sequence[Load], repeats: int, tell: Tell, flames: Path | None = None) -> Report:
    """Each load so many times, one after the other, then the reference; with `flames`, each once more under py-spy,
    its flame graphs in that folder. Raises BenchFailed, StackError."""
    if flames is not None:
        flames.mkdir(parents=True, exist_ok=True)
    windows = asyncio.run(_measure(stack, loads, repeats, tell, flames))
    tell("the same writes as bare SQL")
    reference = measure_reference(stack, clients=REFERENCE_CLIENTS, seconds=5)
    return Report(windows=windows, reference=reference, machine=machine(stack))


async def _measure(
    stack: RunningStack, loads: Sequence[Load], repeats: int, tell: Tell, flames: Path | None = None
) -> list[Window]:
    windows: list[Window] = []
    async with opened_shop(stack, tell) as (shop, skus, first_guess):
        guess = first_guess
        for repeat in range(repeats):
            for load in loads:
                measured = await window(stack, shop, skus, load, guess)
                windows.append(measured)
                guess = max(guess, measured.orders_per_second)
                tell(told(measured, repeat))
        if flames is not None:
            for load in loads:
                await _drawn(stack, shop, skus, load, guess, flames)
    return windows


@asynccontextmanager
async def opened_shop(stack: RunningStack, tell: Tell) -> AsyncGenerator[tuple[Shop, list[str], float]]:
    """The shop, warmed up and stocked up; its SKUs; and about how many orders a second it takes."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, json_serialize=_json) as http:
        shop = Shop(http=http, url=stack.gateway_url)
        skus = await shop.skus()
        await stock_up(stack, skus)
        tell(f"warming up with {WARM_UP} orders")
        warm = await shop.carts(WARM_UP, skus, LINES)
        yield shop, skus, WARM_UP / (await closed_loop(shop, warm, 8, 30)).seconds


async def window(
    stack: RunningStack, shop: Shop, skus: Sequence[str], load: Load, guess: float, *, lines: int = LINES
) -> Window:
    """One window of a load; `guess` is about how many orders a second it will take."""
    expected = load.rate * load.seconds * 1.1 if load.rate else 2 * guess * load.seconds
    carts = await shop.carts(max(20, int(expected)), skus, lines)
    await settled(stack)
    before, own = read_usage(stack), time.process_time()
    orders = await _submitted(shop, carts, load)
    own = time.process_time() - own
    await settled(stack)
    return window_of(load, orders, read_usage(stack).since(before), 1000 * own)


async def _submitted(shop: Shop, carts: list[ReadyCart], load: Load) -> Orders:
    if load.rate:
        return await open_loop(shop, carts, load.rate, load.seconds)
    return await closed_loop(shop, carts, load.shoppers, load.seconds)


async def _drawn(stack: RunningStack, shop: Shop, skus: Sequence[str], load: Load, guess: float, folder: Path) -> None:
    """The load once more, not measured, with a flame graph of each process drawn meanwhile."""
    carts = await shop.carts(max(20, int(2 * (load.rate or guess) * load.seconds)), skus, LINES)
    name = load.name.replace("/", "_per_").replace(" ", "_")
    flames = [
        Flame(stack, process, folder / f"checkout_{name}_{process}.svg", seconds=math.ceil(load.seconds))
        for process in DRAWN
    ]
    await _submitted(shop, carts, load)
    for flame in flames:
        await asyncio.to_thread(flame.finish)


async def settled(stack: RunningStack) -> None:
    """Waits until no saga runs and no event waits. Raises BenchFailed when that takes too long."""
    give_up = time.monotonic() + _SETTLE_SECONDS
    counts: list[object] = []
    async with await psycopg.AsyncConnection.connect(admin_url(stack, "order"), autocommit=True) as connection:
        while time.monotonic() < give_up:
            counts = [await (await connection.execute(query)).fetchone() for query in (_SETTLED, _UNSENT)]
            if counts == [(0,), (0,)]:
                return
            await asyncio.sleep(0.1)
    raise BenchFailed(f"after {_SETTLE_SECONDS:.0f} s there are still (sagas, events) {counts}")


def told(window: Window, repeat: int) -> str:
    """One line."""
    failed = f", {window.failed} failed: {window.first_failure}" if window.failed else ""
    return (
        f"{window.load.name} #{repeat + 1}: {window.orders} orders, {window.orders_per_second:.0f}/s, "
        f"p95 {window.p95_ms:.0f} ms, {window.platform_cpu_ms_per_order:.2f} ms CPU an order{failed}"
    )


def machine(stack: RunningStack) -> dict[str, Any]:
    """What was measured on."""
    with psycopg.connect(admin_url(stack), autocommit=True) as connection:
        server = connection.execute("SELECT version(), current_setting('fsync')").fetchone()
    assert server is not None  # noqa: S101 (a SELECT of scalars)
    return {
        "interpreter": f"{platform.python_implementation()} {platform.python_version()} ({sys.executable})",
        "python_build": " ".join(platform.python_build()),
        "cpus": os.cpu_count(),
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "system": platform.platform(),
        "postgres": str(server[0]).split(" on ")[0],
        "fsync": server[1],
        "parts": sorted(part.name for part in stack.record.parts),
    }


def _json(value: Any) -> str:
    import orjson

    return orjson.dumps(value).decode()
