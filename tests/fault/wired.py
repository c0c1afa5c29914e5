"""A shop of real processes whose ways to each other can be cut: two order services, catalog, sandbox, PostgreSQL.

    shopper → order a, order b → (way) → catalog, PostgreSQL, provider        catalog → (way) → PostgreSQL

The provider's events come in by a door that passes them on to an order service that lives, and keeps them, so that they
can be delivered again.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import grpc.aio
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.order.v1 import order_pb2
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub

from chassis import identity
from chassis.database import database
from chassis.errors import EmporiumError
from chassis.identity import TokenMinter, service_caller
from chassis.rpc import channel
from chassis.settings import Secret
from infra.embedded.stack import RunningServers
from infra.verify.invariants import Books, invariants
from tests.fault.arena import LEASE_SECONDS, healthy, variables
from tests.fault.proxy import Way, target_of, through, way
from tests.fixtures.catalog import SECRET, RunningCatalog
from tests.fixtures.order import SERVICE, RunningOrder, made_database
from tests.fixtures.payment_sandbox import API_KEY, WEBHOOK_SECRET, running_sandbox
from tests.fixtures.processes import free_port, launch
from tests.fixtures.stack import SharedServers

PAIR = ("order-a", "order-b")


@dataclass
class Server:
    """A service process that is killed, paused and started again, always at its port."""

    name: str
    module: str
    port: int
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    async def start(self, **changes: str) -> None:
        """Started and serving, with its environment changed for good."""
        self.environment |= changes
        self.process = launch(self.module, self.log, self.environment)
        await healthy(self.port, self.process, self.log)

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, f"{self.name} was never started"
        return self.process

    async def kill(self) -> int:
        """SIGKILL; its exit code."""
        self.running.kill()
        return await asyncio.to_thread(self.running.wait, 10)

    async def died(self, seconds: float = 30) -> int:
        """Waits for its end; its exit code."""
        return await asyncio.to_thread(self.running.wait, seconds)

    def pause(self) -> None:
        self.running.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.running.send_signal(signal.SIGCONT)

    @property
    def paused(self) -> bool:
        """Whether the kernel has stopped it."""
        status = Path(f"/proc/{self.running.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "T"

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def stop(self) -> None:
        if not self.ended:
            self.resume()
            self.running.kill()
            self.running.wait(10)


@dataclass
class Door:
    """Takes the provider's events, as the gateway does, and passes them on; each is kept with its headers."""

    orders: list[Any] = field(default_factory=list[Any])
    taken: list[tuple[bytes, dict[str, str]]] = field(default_factory=list[tuple[bytes, dict[str, str]]])
    _running: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._answer(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (one.partition(":") for one in head[1:]) if name
            }
            body = await reader.readexactly(int(headers["content-length"]))
            self.taken.append((body, headers))
            status = b"200 OK" if await self._pass_on(body, headers) else b"503 Service Unavailable"
            writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    async def _pass_on(self, body: bytes, headers: Mapping[str, str]) -> bool:
        for stub in self.orders:
            with contextlib.suppress(EmporiumError):
                if await deliver(stub, body, headers):
                    return True
        return False


async def deliver(stub: Any, body: bytes, headers: Mapping[str, str]) -> bool:
    """One event to one order service; whether it was accepted."""
    request = order_pb2.ReceiveWebhookRequest(provider="sandbox", body=body, headers=headers)
    with identity.acting_as(service_caller("gateway")):
        return (await stub.ReceiveWebhook(request, timeout=2)).accepted


@dataclass
class WiredShop:
    orders: dict[str, Server]
    """`order-a` and `order-b`."""
    catalog: Server
    shops: dict[str, RunningOrder]
    """The order services' stubs, by their names."""
    ways: dict[str, Way]
    """`order-a to catalog` and so on."""
    books: Books
    door: Door
    kill_file: Path

    def kill_at(self, *points: str) -> None:
        """Where the next order services kill themselves, one a point."""
        self.kill_file.write_text("\n".join(points))

    @property
    def shop(self) -> RunningOrder:
        return self.shops["order-a"]

    @property
    def servers(self) -> list[Server]:
        return [*self.orders.values(), self.catalog]

    async def breaches(self) -> dict[str, Any]:
        """What `emporium verify` would find, by invariant."""
        asked = invariants(30)
        found = await asyncio.gather(*(asyncio.to_thread(one.breaches, self.books) for one in asked))
        return {one.id: rows for one, rows in zip(asked, found, strict=True) if rows}

    async def mend(self) -> None:
        """Every way open, every process running and reached by us."""
        for one in self.ways.values():
            await one.heal()
        for server in self.servers:
            if server.ended:
                await server.start()
            else:
                server.resume()
        for shop in self.shops.values():
            await reached(shop)

    async def restart_orders(self, **changes: str) -> None:
        """All order services anew, with another environment."""
        for server in self.orders.values():
            server.stop()
        await asyncio.gather(*(server.start(**changes) for server in self.orders.values()))
        for shop in self.shops.values():
            await reached(shop)


async def reached(shop: RunningOrder) -> None:
    """Our own channels are whole again."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(EmporiumError):
                await shop.orders.BatchGetOrders(order_pb2.BatchGetOrdersRequest(), timeout=2)
                await shop.rows("SELECT 1")
                await shop.stock("any")
                return
            await asyncio.sleep(0.02)


def _database(servers: SharedServers | RunningServers, subgraph: str) -> contextlib.AbstractContextManager[str]:
    """One of its own; servers that belong to one test have them ready, and may be down at the end."""
    if isinstance(servers, RunningServers):
        return contextlib.nullcontext(servers.database_url(subgraph))
    return made_database(servers, subgraph)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    catalog_url: str
    order_url: str
    sandbox_url: str
    catalog_port: int


@contextlib.asynccontextmanager
async def wired_shop(
    servers: SharedServers | RunningServers,
    folder: Path,
    names: Sequence[str] = PAIR,
    skews: Mapping[str, float] = MappingProxyType({}),
    **environment: str,
) -> AsyncGenerator[WiredShop]:
    """Everything running; `names`, `skews` of clocks (seconds) and the environment are those of the order services."""
    async with contextlib.AsyncExitStack() as stack:
        door = Door()
        listening = await asyncio.start_server(door, "127.0.0.1", 0)
        stack.callback(listening.close)
        hook = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/webhooks/sandbox"
        sandbox = stack.enter_context(running_sandbox(folder, webhook_url=hook, HANG_SECONDS="2", SLOW_SECONDS="0.2"))
        places = Addresses(
            catalog_url=stack.enter_context(_database(servers, "catalog")),
            order_url=stack.enter_context(_database(servers, "order")),
            sandbox_url=sandbox.url,
            catalog_port=free_port(),
        )
        catalog, ways = await _catalog(stack, places, folder)
        orders: dict[str, Server] = {}
        environment["EMPORIUM_KILL_POINT"] = f"@{folder / 'kill-point'}"
        for name in names:
            orders[name], more = await _order(stack, name, places, folder, environment)
            ways |= more
            if name in skews:
                orders[name].module = "tests.fault.skewed"
                orders[name].environment["CLOCK_SKEW_SECONDS"] = str(skews[name])
        await catalog.start()
        for server in orders.values():
            await server.start()  # one after the other, as the first one migrates
        stack.enter_context(identity.acting_as(SERVICE))
        stubs = await _catalog_stubs(stack, places)
        shops = {name: await _stubs(stack, server, places, stubs, sandbox) for name, server in orders.items()}
        door.orders += [shop.orders for shop in shops.values()]
        books = Books(
            order_url=places.order_url,
            catalog_url=places.catalog_url,
            provider_url=sandbox.url,
            provider_key=API_KEY,
        )
        yield WiredShop(
            orders=orders,
            catalog=catalog,
            shops=shops,
            ways=ways,
            books=books,
            door=door,
            kill_file=folder / "kill-point",
        )


async def _catalog(stack: contextlib.AsyncExitStack, places: Addresses, folder: Path) -> tuple[Server, dict[str, Way]]:
    to_db = await stack.enter_async_context(way("catalog to db", target_of(places.catalog_url)))
    server = Server(
        name="catalog",
        module="subgraphs.catalog",
        port=places.catalog_port,
        log=folder / "catalog.log",
        environment=variables(
            DATABASE_URL=through(places.catalog_url, to_db.port),
            LISTEN_ADDRESS=f"127.0.0.1:{places.catalog_port}",
            EXPIRY_INTERVAL_SECONDS="0.5",
        ),
    )
    stack.callback(server.stop)
    return server, {to_db.name: to_db}


async def _order(
    stack: contextlib.AsyncExitStack, name: str, places: Addresses, folder: Path, changes: Mapping[str, str]
) -> tuple[Server, dict[str, Way]]:
    targets = {
        "db": target_of(places.order_url),
        "catalog": ("127.0.0.1", places.catalog_port),
        "provider": target_of(places.sandbox_url),
    }
    ways = {what: await stack.enter_async_context(way(f"{name} to {what}", target)) for what, target in targets.items()}
    port = free_port()
    environment = variables(
        DATABASE_URL=through(places.order_url, ways["db"].port),
        LISTEN_ADDRESS=f"127.0.0.1:{port}",
        CATALOG_ADDRESS=f"127.0.0.1:{ways['catalog'].port}",
        PAYMENT_URL=through(places.sandbox_url, ways["provider"].port),
        PAYMENT_API_KEY=API_KEY,
        PAYMENT_WEBHOOK_SECRET=WEBHOOK_SECRET,
        PAYMENT_TIMEOUT_SECONDS="1",
        SAGA_LEASE_SECONDS=str(LEASE_SECONDS),
        SAGA_POLL_SECONDS="0.1",
    )
    log = folder / f"{name}.log"
    server = Server(name=name, module="subgraphs.order", port=port, log=log, environment=environment | dict(changes))
    stack.callback(server.stop)
    return server, {one.name: one for one in ways.values()}


async def _channel(stack: contextlib.AsyncExitStack, port: int, audience: str) -> grpc.aio.Channel:
    minter = TokenMinter(SECRET, "tests")
    return await stack.enter_async_context(channel(f"127.0.0.1:{port}", audience=audience, minter=minter))


async def _catalog_stubs(stack: contextlib.AsyncExitStack, places: Addresses) -> RunningCatalog:
    opened = await _channel(stack, places.catalog_port, "catalog")
    return RunningCatalog(
        catalog=CatalogServiceStub(opened),
        inventory=InventoryServiceStub(opened),
        db=await stack.enter_async_context(database(Secret(places.catalog_url), max_size=1)),
        settings=None,  # type: ignore[arg-type]
    )


async def _stubs(
    stack: contextlib.AsyncExitStack, server: Server, places: Addresses, catalog: RunningCatalog, sandbox: Any
) -> RunningOrder:
    opened = await _channel(stack, server.port, "order")
    return RunningOrder(
        carts=CartServiceStub(opened),
        orders=OrderServiceStub(opened),
        db=await stack.enter_async_context(database(Secret(places.order_url), max_size=2)),
        catalog=catalog,
        sandbox=sandbox,
        settings=None,  # type: ignore[arg-type]
    )
