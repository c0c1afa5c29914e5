"""A flash sale: reservations of one SKU through catalog's batch RPC, against the same over many SKUs.

Open loop: sets of reservations leave at fixed moments, whether or not the ones before are answered. A reservation's
latency runs from when its set was due until it was answered.
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.ids import new_id
from infra.bench.checkout import percentile
from infra.bench.stocking import inventory_of, stock_up
from infra.bench.usage import Usage, read_usage
from infra.embedded.running import RunningStack

MANY = 50
SETS_A_SECOND = 40
"""As a busy order process makes them."""
TTL_SECONDS = 60
WARM_UP_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One measured window."""

    skus: int
    reservations: int
    refused: int
    reservations_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms_per_reservation: dict[str, float]
    """Of catalog and PostgreSQL."""
    writing_transactions_per_reservation: float


@dataclass(frozen=True, kw_only=True)
class InventoryReport:
    """All windows, of one SKU and of many in turn."""

    rate: float
    windows: list[Figures]

    def document(self) -> dict[str, Any]:
        """For programs."""
        summary = {name: self._median(skus) for name, skus in (("one_sku", 1), ("many_skus", MANY))}
        return {
            "rate": self.rate,
            "load_average": [round(load, 1) for load in os.getloadavg()],
            "summary": summary,
            "windows": [asdict(window) for window in self.windows],
        }

    def _median(self, skus: int) -> dict[str, float]:
        windows = [window for window in self.windows if window.skus == skus]
        names = ("reservations_per_second", "p50_ms", "p95_ms", "p99_ms", "writing_transactions_per_reservation")
        parts = windows[0].cpu_ms_per_reservation
        return {
            **{name: statistics.median(float(getattr(window, name)) for window in windows) for name in names},
            **{
                f"cpu_ms_{part}": statistics.median(window.cpu_ms_per_reservation[part] for window in windows)
                for part in parts
            },
            "refused": sum(window.refused for window in windows),
        }


def measure(
    stack: RunningStack, skus: Sequence[str], *, rate: float, seconds: float, repeats: int, tell: Callable[[str], None]
) -> InventoryReport:
    """`rate` reservations a second of one unit each, of one SKU and of up to MANY in turn; all are released again."""
    windows = asyncio.run(_measure(stack, skus, rate, seconds, repeats, tell))
    return InventoryReport(rate=rate, windows=windows)


async def _measure(
    stack: RunningStack, skus: Sequence[str], rate: float, seconds: float, repeats: int, tell: Callable[[str], None]
) -> list[Figures]:
    windows: list[Figures] = []
    await stock_up(stack, skus[:MANY])
    async with inventory_of(stack) as inventory:
        for wanted in (1, MANY):
            await _window(stack, inventory, skus[:wanted], rate, WARM_UP_SECONDS)
        for _ in range(repeats):
            for wanted in (1, MANY):
                window = await _window(stack, inventory, skus[:wanted], rate, seconds)
                windows.append(window)
                tell(f"{wanted} SKUs: {window.reservations_per_second:.0f}/s, p95 {window.p95_ms:.0f} ms")
    return windows


async def _window(stack: RunningStack, inventory: Any, skus: Sequence[str], rate: float, seconds: float) -> Figures:
    size = max(1, round(rate / SETS_A_SECOND))
    choose = random.Random(1)  # noqa: S311 (a repeatable choice)
    answered: list[tuple[float, pb.ReserveStockResponse]] = []
    before, began = read_usage(stack), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(round(seconds * rate / size)):
            due = began + number * size / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            request = pb.ReserveStockRequest(reservations=[_reservation(choose.choice(skus)) for _ in range(size)])
            group.create_task(_reserve(inventory, request, due, answered))
    elapsed = time.perf_counter() - began
    used = read_usage(stack).since(before)
    await _release(inventory, answered)
    return _figures(len(skus), answered, used, elapsed)


def _reservation(sku: str) -> pb.ReservationRequest:
    line = pb.ReservationLine(sku=sku, quantity=1)
    return pb.ReservationRequest(reservation_id=new_id("rsv"), lines=[line], ttl_seconds=TTL_SECONDS)


async def _reserve(
    inventory: Any, request: pb.ReserveStockRequest, due: float, answered: list[tuple[float, pb.ReserveStockResponse]]
) -> None:
    response = await inventory.ReserveStock(request)
    answered.append((time.perf_counter() - due, response))


async def _release(inventory: Any, answered: Sequence[tuple[float, pb.ReserveStockResponse]]) -> None:
    for _, response in answered:
        ids = [outcome.reservation_id for outcome in response.outcomes]
        await inventory.ReleaseStock(pb.ReservationsRequest(reservation_ids=ids))


def _figures(
    skus: int, answered: Sequence[tuple[float, pb.ReserveStockResponse]], used: Usage, elapsed: float
) -> Figures:
    latencies = sorted(1000 * seconds for seconds, response in answered for _ in response.outcomes)
    count = len(latencies)
    refused = sum(outcome.state != pb.RESERVED for _, response in answered for outcome in response.outcomes)
    return Figures(
        skus=skus,
        reservations=count,
        refused=refused,
        reservations_per_second=count / elapsed,
        p50_ms=percentile(latencies, 50),
        p95_ms=percentile(latencies, 95),
        p99_ms=percentile(latencies, 99),
        cpu_ms_per_reservation={part: used.cpu[part] / count for part in ("catalog", "postgres")},
        writing_transactions_per_reservation=used.writing / count,
    )
