"""Replicas of the order service on one database: one that dies is taken over by another, and replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.errors import EmporiumError, Unavailable
from chassis.identity import TokenMinter
from chassis.rpc import channel
from subgraphs.order.saga.kill_points import EXIT_CODE
from tests.fixtures.catalog import SECRET
from tests.fixtures.processes import service_process

START_SECONDS = 30
CLOSING_SECONDS = 2


class ForkServer:
    """Our end of the zygote."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self._started: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._one = asyncio.Lock()

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.connected.set()
        with contextlib.suppress(asyncio.CancelledError):
            while line := await reader.readline():
                what, pid, *code = line.decode().split()
                if what == "started":
                    self._started.put_nowait(int(pid))
                else:
                    self.ended(int(pid)).set_result(int(code[0]))

    async def fork(self, environment: dict[str, str], log: Path) -> int:
        """The id of a new order service with this environment."""
        assert self._writer is not None
        async with self._one:
            self._writer.write(json.dumps({**environment, "LOG": str(log)}).encode() + b"\n")
            async with asyncio.timeout(START_SECONDS):
                return await self._started.get()

    def ended(self, pid: int) -> asyncio.Future[int]:
        """Its exit code, when it has ended."""
        return self._ended.setdefault(pid, asyncio.get_running_loop().create_future())

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


@contextlib.asynccontextmanager
async def fork_server(folder: Path) -> AsyncGenerator[ForkServer]:
    """Started and connected; what it forks ends with it."""
    server, path = ForkServer(), folder / "zygote"
    listener = await asyncio.start_unix_server(server.listen, path)
    try:
        with service_process("tests.fault.zygote", folder / "zygote.log", {"ZYGOTE_SOCKET": str(path)}):
            async with asyncio.timeout(START_SECONDS):
                await server.connected.wait()
            try:
                yield server
            finally:
                server.close()
    finally:
        listener.close()


@dataclass(frozen=True)
class Replica:
    pid: int
    carts: Any
    orders: Any


@dataclass
class Replicas:
    """Always as many as were asked for, but for the moment in which a dead one is replaced."""

    forks: ForkServer
    environment: dict[str, str]
    folder: Path
    live: list[Replica] = field(default_factory=list[Replica])
    deaths: list[int] = field(default_factory=list[int])
    """Exit codes, in order."""
    faults: list[Exception] = field(default_factory=list[Exception])
    """Replicas that could not be started."""
    _count: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def serving(self) -> Replica:
        """Where shoppers are served now. Raises Unavailable."""
        if not self.live:
            raise Unavailable(why="every replica is dead")
        return self.live[0]

    @property
    def log(self) -> Path:
        return self.folder / "order.log"

    async def start(self, count: int) -> None:
        for _ in range(count):
            self._begin()
        async with asyncio.timeout(START_SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.live) == count or bool(self.faults))
        if self.faults:
            raise self.faults[0]

    async def died(self, count: int, seconds: float) -> list[int]:
        """The exit codes of those that died since `deaths` was cleared, when there are so many, or time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: len(self.deaths) >= count)
        return list(self.deaths)

    async def serve(self) -> None:
        """Waits until somebody serves again."""
        async with asyncio.timeout(START_SECONDS), self._changed:
            await self._changed.wait_for(lambda: bool(self.live))

    async def stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self) -> None:
        task = asyncio.create_task(self._live_and_die())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _live_and_die(self) -> None:
        self._count += 1
        address = self.folder / f"{self._count}.sock"
        pid = await self.forks.fork(self.environment | {"LISTEN_ADDRESS": f"unix:{address}"}, self.log)
        minter = TokenMinter(SECRET, "tests")
        async with channel(f"unix://{address}", audience="order", minter=minter) as opened:
            replica = Replica(pid=pid, carts=CartServiceStub(opened), orders=OrderServiceStub(opened))
            try:
                if await self._healthy(opened, pid):
                    self.live.append(replica)
            except Exception as error:  # noqa: BLE001 - told by `start`, or by the case that misses its replica
                self.faults.append(error)
            async with self._changed:
                self._changed.notify_all()
            code = await asyncio.shield(self.forks.ended(pid))
            if replica in self.live:
                self.live.remove(replica)
            self.deaths.append(code)
            self._begin()
            async with self._changed:
                self._changed.notify_all()
            # Calls in flight fail because it is gone; closed at once, the channel would cancel their callers.
            await asyncio.sleep(CLOSING_SECONDS)

    async def _healthy(self, opened: Any, pid: int) -> bool:
        """Waits until it serves; false when it was killed before: what it takes up may be at the next kill point."""
        stub, ended = health_pb2_grpc.HealthStub(opened), self.forks.ended(pid)
        async with asyncio.timeout(START_SECONDS):
            while not ended.done():
                with contextlib.suppress(EmporiumError):
                    if (await stub.Check(health_pb2.HealthCheckRequest(), timeout=1)).status == 1:
                        return True
                await asyncio.sleep(0.01)
        if ended.result() != EXIT_CODE:
            raise AssertionError(f"a replica ended at its start: {self.log.read_text()[-2000:]}")
        return False
