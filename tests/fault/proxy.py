"""A TCP way between two processes that a test can cut: refused, dropped in silence, half open, or slow.

It runs in the test's own event loop and changes no byte: what it holds back is delivered later, as TCP does, or is lost
with its connection.
"""

import asyncio
import contextlib
import enum
import socket
import struct
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from tests.fixtures.processes import free_port

CHUNK = 65_536
AT_ONCE = struct.pack("ii", 1, 0)


class Fault(enum.StrEnum):
    """What the way does to its connections."""

    REFUSE = "refuse"
    """Nobody listens, and what was open is reset."""
    DROP = "drop"
    """Connections stay open, nothing arrives in either direction."""
    HALF_OPEN = "half_open"
    """What is asked arrives, the answers do not."""
    DELAY = "delay"
    """Everything arrives, late."""


@dataclass(eq=False)
class Connection:
    to_client: asyncio.StreamWriter
    to_server: asyncio.StreamWriter

    def reset(self) -> None:
        """Both ends learn it by RST, not by an orderly end."""
        for writer in (self.to_client, self.to_server):
            if not writer.is_closing():
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                writer.transport.abort()


@dataclass(eq=False)
class Way:
    """From `port` on loopback to (host, port) `target`. Made by `way`."""

    name: str
    port: int
    target: tuple[str, int]
    fault: Fault | None = None
    delay: float = 0.0
    """Seconds, of DELAY."""
    hits: Counter[Fault] = field(default_factory=Counter[Fault])
    """How often each fault met a connection or what went over it."""
    _open: set[Connection] = field(default_factory=set[Connection])
    _passing: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def cut(self, fault: Fault, *, delay: float = 0.0) -> None:
        self.fault, self.delay = fault, delay
        self._passing.clear()
        if fault is Fault.REFUSE:
            self._close()

    async def heal(self, *, lost: bool = False) -> None:
        """What was held back arrives now; or, `lost`, is gone with its connections. Half-open ways always lose it."""
        if lost or self.fault is Fault.HALF_OPEN:
            self._reset()
        self.fault = None
        self._passing.set()
        await self.listen()

    def close(self) -> None:
        self._close()
        self._passing.set()

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._reset()

    def _reset(self) -> None:
        if self.fault is Fault.REFUSE:
            self.hits[Fault.REFUSE] += len(self._open)
        for connection in list(self._open):
            connection.reset()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_server, to_server = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        connection = Connection(to_client=writer, to_server=to_server)
        self._open.add(connection)
        try:
            await asyncio.gather(
                self._pump(reader, to_server, answers=False), self._pump(from_server, writer, answers=True)
            )
        except OSError:
            connection.reset()  # one end is gone: the other must not wait for it
        except asyncio.CancelledError:
            return  # asyncio's streams complain of a handler that was cancelled
        finally:
            self._open.discard(connection)
            writer.close()
            to_server.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        while data := await reader.read(CHUNK):
            await self._hold(answers=answers)
            writer.write(data)
            await writer.drain()
        await self._hold(answers=answers)
        if not writer.is_closing():
            writer.write_eof()

    async def _hold(self, *, answers: bool) -> None:
        """Until what was read may go on."""
        if self.fault is Fault.DELAY:
            self.hits[Fault.DELAY] += 1
            await asyncio.sleep(self.delay)
        while self.fault is Fault.DROP or (self.fault is Fault.HALF_OPEN and answers):
            self.hits[self.fault] += 1
            await self._passing.wait()


@contextlib.asynccontextmanager
async def way(name: str, target: tuple[str, int]) -> AsyncGenerator[Way]:
    """An open way to the target."""
    opened = Way(name=name, port=free_port(), target=target)
    await opened.listen()
    try:
        yield opened
    finally:
        opened.close()


def through(url: str, port: int) -> str:
    """The URL, led over a way."""
    parts = urlsplit(url)
    credentials = parts.netloc.rpartition("@")[0]
    host = f"127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=f"{credentials}@{host}" if credentials else host))


def target_of(url: str) -> tuple[str, int]:
    """Where a URL leads."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port
