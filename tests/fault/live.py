"""A live shop for synchronous tests: real databases and provider, catalog and two order engines in this process.

Everything runs in the event loop of a thread of its own. An engine that crashes loses its database first, so that
it can say goodbye to nobody: its leases are left to end by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub

from chassis import identity
from chassis.database import database
from chassis.migrate import migrate
from chassis.settings import Secret
from infra.verify.invariants import Books
from subgraphs.order.bootstrap import MIGRATIONS
from subgraphs.order.settings import OrderSettings
from tests.fault.proxy import Fault, Way, target_of, through, way
from tests.fault.wired import Door
from tests.fixtures.catalog import running_catalog
from tests.fixtures.order import SERVICE, RunningOrder, made_database, order_service, order_settings
from tests.fixtures.payment_sandbox import API_KEY, running_sandbox
from tests.fixtures.stack import SharedServers

T = TypeVar("T")
PATIENCE_SECONDS = 120


@dataclass
class Engine:
    """One order service of this process, with a way of its own to the database."""

    settings: OrderSettings
    to_db: Way
    shop: RunningOrder
    """Its stubs are those of the service that runs now."""
    _task: asyncio.Task[None] | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        self._stop = asyncio.Event()
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._serve(ready))
        await ready.wait()

    async def _serve(self, ready: asyncio.Event) -> None:
        async with order_service(self.settings) as opened:
            self.shop.carts, self.shop.orders = CartServiceStub(opened), OrderServiceStub(opened)
            ready.set()
            await self._stop.wait()

    async def stop(self) -> None:
        assert self._task is not None
        self._stop.set()
        await self._task

    async def crash(self) -> int:
        """How many of its connections broke."""
        before = self.to_db.hits[Fault.REFUSE]
        await self.to_db.cut(Fault.REFUSE)
        await self.stop()
        await self.to_db.heal()
        await self.start()
        return self.to_db.hits[Fault.REFUSE] - before


@dataclass
class Live:
    loop: asyncio.AbstractEventLoop
    engines: list[Engine]
    books: Books

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """In the shop's loop, as a service."""

        async def as_service() -> T:
            with identity.acting_as(SERVICE):
                return await work

        return asyncio.run_coroutine_threadsafe(as_service(), self.loop).result(PATIENCE_SECONDS)

    @property
    def shop(self) -> RunningOrder:
        return self.engines[0].shop


@contextlib.contextmanager
def live_shop(servers: SharedServers, folder: Path) -> Generator[Live]:
    """A running shop; it ends with its thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="live shop")
    thread.start()
    try:
        started: asyncio.Queue[Live] = asyncio.Queue()
        stop = asyncio.Event()
        serving = asyncio.run_coroutine_threadsafe(_serve(servers, folder, started, stop), loop)
        opened = asyncio.run_coroutine_threadsafe(started.get(), loop)
        while not opened.done() and not serving.done():
            thread.join(0.01)
        if serving.done():
            serving.result()
        yield opened.result()
        loop.call_soon_threadsafe(stop.set)
        serving.result(PATIENCE_SECONDS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_SECONDS)


async def _serve(servers: SharedServers, folder: Path, started: asyncio.Queue[Live], stop: asyncio.Event) -> None:
    async with contextlib.AsyncExitStack() as stack:
        catalog_url = stack.enter_context(made_database(servers, "catalog"))
        order_url = stack.enter_context(made_database(servers, "order"))
        migrate(Secret(order_url), MIGRATIONS)
        door = Door()
        listening = await asyncio.start_server(door, "127.0.0.1", 0)
        stack.callback(listening.close)
        hook = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/webhooks/sandbox"
        sandbox = stack.enter_context(running_sandbox(folder, webhook_url=hook, HANG_SECONDS="2", SLOW_SECONDS="0.1"))
        catalog = await stack.enter_async_context(running_catalog(catalog_url, expiry_interval_seconds=0.2))
        db = await stack.enter_async_context(database(Secret(order_url), max_size=2))
        engines: list[Engine] = []
        for name in ("first", "second"):
            to_db = await stack.enter_async_context(way(f"{name} to db", target_of(order_url)))
            settings = order_settings(
                through(order_url, to_db.port), catalog.port, sandbox.url,
                payment_timeout_seconds=0.5, saga_lease_seconds=1.0, saga_poll_seconds=0.1, checkout_wait_seconds=0.5,
            )  # fmt: skip
            shop = RunningOrder(carts=None, orders=None, db=db, catalog=catalog, sandbox=sandbox, settings=settings)
            engine = Engine(settings=settings, to_db=to_db, shop=shop)
            await engine.start()
            stack.push_async_callback(engine.stop)
            engines.append(engine)
        door.orders = [_Current(engine) for engine in engines]
        books = Books(order_url=order_url, catalog_url=catalog_url, provider_url=sandbox.url, provider_key=API_KEY)
        await started.put(Live(loop=asyncio.get_running_loop(), engines=engines, books=books))
        await stop.wait()


@dataclass
class _Current:
    """The stub an engine has now."""

    engine: Engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine.shop.orders, name)
