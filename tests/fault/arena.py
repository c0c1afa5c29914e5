"""A shop of real processes: PostgreSQL, catalog, the sandbox, and an order service that is killed and restarted.

The point at which the order service kills itself is a file, so that one process can finish the sagas its predecessor
left and then be killed at a point of the test's choice.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
import uuid
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc.aio
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.order.v1 import order_pb2
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import identity
from chassis.database import database
from chassis.errors import EmporiumError
from chassis.identity import TokenMinter
from chassis.rpc import channel
from chassis.settings import Secret
from infra.verify.invariants import Books, invariants
from tests.fixtures.catalog import SECRET, RunningCatalog
from tests.fixtures.order import SERVICE, RunningOrder, made_database
from tests.fixtures.payment_sandbox import API_KEY, WEBHOOK_SECRET, running_sandbox
from tests.fixtures.processes import free_address, free_port, launch, service_process
from tests.fixtures.stack import SharedServers

KILLED = 137
LEASE_SECONDS = 1.0


@dataclass
class OrderProcess:
    """The order service as a process."""

    port: int
    environment: dict[str, str]
    kill_file: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[int] = field(default_factory=list[int])

    def launch(self) -> subprocess.Popen[bytes]:
        """Started, perhaps not yet serving."""
        self.process = launch("subgraphs.order", self.log, self.environment)
        return self.process

    def beside(self) -> subprocess.Popen[bytes]:
        """Another engine on the same database, at a port of its own."""
        return launch("subgraphs.order", self.log, self.environment | {"LISTEN_ADDRESS": free_address()})

    async def start(self) -> None:
        """Started and serving."""
        await healthy(self.port, self.launch(), self.log)

    def kill_at(self, point: str) -> None:
        self.kill_file.write_text(point)

    async def died(self, seconds: float = 10) -> int:
        """Waits for its end; the exit code."""
        assert self.process is not None
        async with asyncio.timeout(seconds):
            while (code := self.process.poll()) is None:
                await asyncio.sleep(0.01)
        self.deaths.append(code)
        return code

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


async def healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as opened:
        stub = health_pb2_grpc.HealthStub(opened)
        while True:
            assert process.poll() is None, f"it ended at start: {log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, "it was not ready in time"
            with contextlib.suppress(grpc.aio.AioRpcError):
                request = health_pb2.HealthCheckRequest()
                if (await stub.Check(request, timeout=1, wait_for_ready=True)).status == 1:
                    return
            await asyncio.sleep(0.02)


@dataclass
class Arena:
    shop: RunningOrder
    order: OrderProcess
    catalog: subprocess.Popen[bytes]
    books: Books
    order_url: str

    async def breaches(self) -> dict[str, Any]:
        """What `emporium verify` would find, by invariant."""
        asked = invariants(30)
        found = await asyncio.gather(*(asyncio.to_thread(one.breaches, self.books) for one in asked))
        return {one.id: rows for one, rows in zip(asked, found, strict=True) if rows}

    async def start_order(self) -> None:
        """The order service started anew, and our own channel to it mended."""
        await self.order.start()
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(EmporiumError):
                    await self.shop.orders.BatchGetOrders(order_pb2.BatchGetOrdersRequest())
                    return
                await asyncio.sleep(0.02)


def variables(**more: str) -> dict[str, str]:
    return {
        "PYTHONDONTWRITEBYTECODE": "",
        "MODE": "development",
        "INTERNAL_TOKEN_SECRET": SECRET.reveal(),
        **more,
    }


@contextlib.contextmanager
def catalog_process(database_url: str, port: int, log: Path) -> Generator[subprocess.Popen[bytes]]:
    environment = variables(
        DATABASE_URL=database_url, LISTEN_ADDRESS=f"127.0.0.1:{port}", EXPIRY_INTERVAL_SECONDS="0.5"
    )
    with service_process("subgraphs.catalog", log, environment) as process:
        yield process


@contextlib.asynccontextmanager
async def arena(servers: SharedServers, folder: Path) -> AsyncGenerator[Arena]:
    """Everything but the order process, which the tests start."""
    async with contextlib.AsyncExitStack() as stack:
        catalog_url = stack.enter_context(made_database(servers, "catalog"))
        order_url = stack.enter_context(made_database(servers, "order"))
        catalog_port, order_port = free_port(), free_port()
        catalog = stack.enter_context(catalog_process(catalog_url, catalog_port, folder / "catalog.log"))
        sandbox = stack.enter_context(running_sandbox(folder, HANG_SECONDS="3", SLOW_SECONDS="0.2"))
        await healthy(catalog_port, catalog, folder / "catalog.log")
        kill_file = folder / "kill-point"
        order = OrderProcess(
            port=order_port,
            kill_file=kill_file,
            log=folder / "order.log",
            environment=variables(
                DATABASE_URL=order_url,
                LISTEN_ADDRESS=f"127.0.0.1:{order_port}",
                CATALOG_ADDRESS=f"127.0.0.1:{catalog_port}",
                PAYMENT_URL=sandbox.url,
                PAYMENT_API_KEY=API_KEY,
                PAYMENT_WEBHOOK_SECRET=WEBHOOK_SECRET,
                PAYMENT_TIMEOUT_SECONDS="1",
                SAGA_LEASE_SECONDS=str(LEASE_SECONDS),
                SAGA_POLL_SECONDS="0.1",
                EMPORIUM_KILL_POINT=f"@{kill_file}",
            ),
        )
        stack.callback(order.stop)
        await order.start()
        books = Books(order_url=order_url, catalog_url=catalog_url, provider_url=sandbox.url, provider_key=API_KEY)
        shop = await _clients(stack, order_url, catalog_url, order_port, catalog_port, sandbox)
        yield Arena(shop=shop, order=order, catalog=catalog, books=books, order_url=order_url)


async def _clients(
    stack: contextlib.AsyncExitStack, order_url: str, catalog_url: str, order_port: int, catalog_port: int, sandbox: Any
) -> RunningOrder:
    minter = TokenMinter(SECRET, "tests")
    to_order = await stack.enter_async_context(channel(f"127.0.0.1:{order_port}", audience="order", minter=minter))
    to_catalog = await stack.enter_async_context(
        channel(f"127.0.0.1:{catalog_port}", audience="catalog", minter=minter)
    )
    db = await stack.enter_async_context(database(Secret(order_url), max_size=2))
    catalog_db = await stack.enter_async_context(database(Secret(catalog_url), max_size=1))
    stack.enter_context(identity.acting_as(SERVICE))
    catalog = RunningCatalog(
        catalog=CatalogServiceStub(to_catalog),
        inventory=InventoryServiceStub(to_catalog),
        db=catalog_db,
        settings=None,  # type: ignore[arg-type]
    )
    return RunningOrder(
        carts=CartServiceStub(to_order),
        orders=OrderServiceStub(to_order),
        db=db,
        catalog=catalog,
        sandbox=sandbox,
        settings=None,  # type: ignore[arg-type]
    )


def fresh_key() -> str:
    return uuid.uuid4().hex


__all__ = ["KILLED", "Arena", "arena", "fresh_key"]
