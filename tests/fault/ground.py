"""Where the sweep kills: two replicas of the order service, catalog, the provider and Kafka, for many cases in a row.

A case that failed may leave anything behind, so that the next one gets new ground.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from psycopg.rows import dict_row

from chassis.database import database
from chassis.identity import TokenMinter
from chassis.rpc import channel
from chassis.settings import Secret
from infra.verify.invariants import LEDGER_PAGE, Books, ProviderBook, Rows, invariants
from tests.fault.announcements import Announced, Announcements
from tests.fault.arena import catalog_process, healthy, variables
from tests.fault.replicas import Replicas, fork_server
from tests.fixtures.catalog import SECRET, RunningCatalog
from tests.fixtures.order import Hook, RunningOrder, made_database
from tests.fixtures.payment_sandbox import API_KEY, WEBHOOK_SECRET, Sandbox, running_sandbox
from tests.fixtures.processes import environment, free_port
from tests.fixtures.stack import SharedServers

REPLICAS = 2
LEASE_SECONDS = 1.0
"""Longer than the provider may take, and all that a case waits for when its process is dead."""
UNSETTLED = """
SELECT (SELECT count(*) FROM sagas WHERE state IN ('RUNNING', 'COMPENSATING'))
    + (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
    + (SELECT count(*) FROM webhook_events WHERE processed_at IS NULL) AS left
"""


@dataclass(frozen=True, kw_only=True)
class OpenBooks(Books):
    """The three books over connections that stay open."""

    to_order: psycopg.Connection[dict[str, Any]]
    to_catalog: psycopg.Connection[dict[str, Any]]
    to_provider: httpx.Client
    ledger: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """What was read of the provider's."""

    def order(self, statement: LiteralString, parameters: Sequence[object] = ()) -> Rows:
        return self.to_order.execute(statement, parameters).fetchall()

    def catalog(self, statement: LiteralString, parameters: Sequence[object] = ()) -> Rows:
        return self.to_catalog.execute(statement, parameters).fetchall()

    def provider(self) -> ProviderBook:
        return ProviderBook(self.ledger)

    def read_on(self) -> None:
        """What the provider wrote since the last time."""
        while True:
            after = {"starting_after": self.ledger[-1]["number"]} if self.ledger else {}
            answer = self.to_provider.get("/v1/ledger", params={"limit": LEDGER_PAGE, **after})
            page = answer.raise_for_status().json()
            self.ledger.extend(page["data"])
            if not page["has_more"]:
                return

    def breaches(self) -> dict[str, Rows]:
        """What `emporium verify` would find, by invariant."""
        found = {one.id: one.breaches(self) for one in invariants(30)}
        return {name: rows for name, rows in found.items() if rows}

    def money(self, order_id: str) -> list[tuple[str, int]]:
        """The provider's ledger of an order: (kind, minor units)."""
        return [(entry["kind"], entry["amount"]) for entry in self.ledger if entry["order"] == order_id]


class Serving:
    """Calls whichever replica serves now."""

    def __init__(self, replicas: Replicas, stub: str) -> None:
        self._replicas = replicas
        self._stub = stub

    def __getattr__(self, method: str) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            return await getattr(getattr(self._replicas.serving, self._stub), method)(*arguments, **named)

        return call


@dataclass
class Ground:
    shop: RunningOrder
    replicas: Replicas
    books: OpenBooks
    announcements: Announcements
    kill_file: Path

    def kill_at(self, points: Sequence[str]) -> None:
        """Whichever replica reaches the first point dies there; then whichever reaches the second."""
        self.replicas.deaths.clear()
        waiting = self.kill_file.with_suffix(".new")
        waiting.write_text("\n".join(points))
        waiting.rename(self.kill_file)

    async def quiet(self, seconds: float = 30) -> None:
        """Until no saga is on its way, no event unsent, no webhook unread."""
        async with asyncio.timeout(seconds):
            while (await self.shop.rows(UNSETTLED))[0]["left"]:
                await asyncio.sleep(0.02)

    async def breaches(self) -> dict[str, Rows]:
        """I1 to I12 over the three books as they are now."""

        def read() -> dict[str, Rows]:
            self.books.read_on()
            return self.books.breaches()

        return await asyncio.to_thread(read)

    async def announced(self, orders: Mapping[str, int]) -> dict[str, Sequence[Announced]]:
        """What subscribers got of these orders, which have so many events."""
        return await asyncio.to_thread(self.announcements.of, orders, 20)


@contextlib.asynccontextmanager
async def ground(servers: SharedServers, folder: Path) -> AsyncGenerator[Ground]:
    """With all replicas serving."""
    async with contextlib.AsyncExitStack() as stack:
        catalog_url = stack.enter_context(made_database(servers, "catalog"))
        order_url = stack.enter_context(made_database(servers, "order"))
        kafka_starts = asyncio.create_task(asyncio.to_thread(lambda: servers.kafka_bootstrap_servers))
        forks = await stack.enter_async_context(fork_server(folder))
        catalog_port, webhook_port = free_port(), free_port()
        catalog = stack.enter_context(catalog_process(catalog_url, catalog_port, folder / "catalog.log"))
        hook_url = f"http://127.0.0.1:{webhook_port}/webhooks/sandbox"
        sandbox = stack.enter_context(
            running_sandbox(folder, webhook_url=hook_url, HANG_SECONDS="1.5", SLOW_SECONDS="0.1")
        )
        await healthy(catalog_port, catalog, folder / "catalog.log")
        kill_file, kafka = folder / "kill-points", await kafka_starts
        told = order_variables(order_url, catalog_port, sandbox, kafka) | {"EMPORIUM_KILL_POINT": f"@{kill_file}"}
        replicas = Replicas(forks=forks, environment=told, folder=folder)
        stack.push_async_callback(replicas.stop)
        await replicas.start(REPLICAS)
        gateway = await asyncio.start_server(Hook(Serving(replicas, "orders")), "127.0.0.1", webhook_port)
        stack.callback(gateway.close)
        announcements = await asyncio.to_thread(Announcements, kafka)
        stack.callback(announcements.close)
        yield Ground(
            shop=await _shop(stack, replicas, order_url, catalog_port, sandbox),
            replicas=replicas,
            books=_books(stack, order_url, catalog_url, sandbox),
            announcements=announcements,
            kill_file=kill_file,
        )


def order_variables(order_url: str, catalog_port: int, sandbox: Sandbox, kafka: str) -> dict[str, str]:
    return environment(
        **variables(
            DATABASE_URL=order_url,
            CATALOG_ADDRESS=f"127.0.0.1:{catalog_port}",
            PAYMENT_URL=sandbox.url,
            PAYMENT_API_KEY=API_KEY,
            PAYMENT_WEBHOOK_SECRET=WEBHOOK_SECRET,
            PAYMENT_TIMEOUT_SECONDS="0.5",
            KAFKA_BOOTSTRAP_SERVERS=kafka,
            SAGA_LEASE_SECONDS=str(LEASE_SECONDS),
            RELAY_LEASE_SECONDS=str(LEASE_SECONDS),
            SAGA_POLL_SECONDS="0.1",
        )
    )


def _books(stack: contextlib.AsyncExitStack, order_url: str, catalog_url: str, sandbox: Sandbox) -> OpenBooks:
    headers = {"authorization": f"Bearer {API_KEY}"}
    return OpenBooks(
        order_url=order_url,
        catalog_url=catalog_url,
        provider_url=sandbox.url,
        provider_key=API_KEY,
        to_order=stack.enter_context(psycopg.connect(order_url, autocommit=True, row_factory=dict_row)),
        to_catalog=stack.enter_context(psycopg.connect(catalog_url, autocommit=True, row_factory=dict_row)),
        to_provider=stack.enter_context(httpx.Client(base_url=sandbox.url, headers=headers, timeout=30)),
    )


async def _shop(
    stack: contextlib.AsyncExitStack, replicas: Replicas, order_url: str, catalog_port: int, sandbox: Sandbox
) -> RunningOrder:
    minter = TokenMinter(SECRET, "tests")
    to_catalog = await stack.enter_async_context(
        channel(f"127.0.0.1:{catalog_port}", audience="catalog", minter=minter)
    )
    db = await stack.enter_async_context(database(Secret(order_url), max_size=2))
    unused: Any = None
    catalog = RunningCatalog(
        catalog=CatalogServiceStub(to_catalog), inventory=InventoryServiceStub(to_catalog), db=unused, settings=unused
    )
    carts, orders = Serving(replicas, "carts"), Serving(replicas, "orders")
    return RunningOrder(carts=carts, orders=orders, db=db, catalog=catalog, sandbox=sandbox, settings=unused)


@dataclass
class Grounds:
    """One ground after the other."""

    servers: SharedServers
    make_folder: Callable[[], Path]
    _stack: contextlib.AsyncExitStack | None = None
    _ground: Ground | None = None

    async def ready(self) -> Ground:
        if self._ground is None:
            self._stack = contextlib.AsyncExitStack()
            self._ground = await self._stack.enter_async_context(ground(self.servers, self.make_folder()))
        return self._ground

    async def spoiled(self) -> None:
        """The next case gets new ground."""
        stack, self._stack, self._ground = self._stack, None, None
        if stack is not None:
            await stack.aclose()
