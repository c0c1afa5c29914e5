"""The way between two processes does to its connections what its fault says, and heals."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.fault.proxy import Fault, Way, way


@asynccontextmanager
async def echoing() -> AsyncGenerator[tuple[Way, list[bytes]]]:
    """A way to a server that answers what it is asked, and what it was asked."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            asked.append(line)
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, way("echo", server.sockets[0].getsockname()[:2]) as opened:
        yield opened, asked


async def test_what_is_dropped_arrives_when_the_way_is_healed():
    async with echoing() as (opened, asked):
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        await opened.cut(Fault.DROP)
        writer.write(b"late\n")
        line = asyncio.ensure_future(reader.readline())
        await asyncio.sleep(0.1)
        assert (asked, line.done(), opened.hits[Fault.DROP]) == ([], False, 1)
        await opened.heal()
        assert await asyncio.wait_for(line, 5) == b"late\n"
        writer.close()


async def test_a_half_open_way_delivers_the_question_and_loses_the_answer():
    async with echoing() as (opened, asked):
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        await opened.cut(Fault.HALF_OPEN)
        writer.write(b"charge\n")
        async with asyncio.timeout(5):
            while not opened.hits[Fault.HALF_OPEN]:
                await asyncio.sleep(0.01)
        assert asked == [b"charge\n"]
        await opened.heal()
        with pytest.raises(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), 5) == b"never"
        writer.close()


async def test_a_refused_way_resets_what_is_open_and_takes_nobody_until_healed():
    async with echoing() as (opened, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(b"one\n")
        assert await reader.readline() == b"one\n"
        await opened.cut(Fault.REFUSE)
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 5)
        assert opened.hits[Fault.REFUSE] == 1
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", opened.port)
        await opened.heal()
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(b"two\n")
        assert await asyncio.wait_for(reader.readline(), 5) == b"two\n"
        writer.close()


async def test_a_slow_way_delivers_late_and_in_order():
    async with echoing() as (opened, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        await opened.cut(Fault.DELAY, delay=0.05)
        began = asyncio.get_running_loop().time()
        writer.write(b"one\ntwo\n")
        assert [await reader.readline(), await reader.readline()] == [b"one\n", b"two\n"]
        assert asyncio.get_running_loop().time() - began >= 0.1
        assert opened.hits[Fault.DELAY] >= 2
        writer.close()


async def test_who_is_killed_takes_the_other_end_along():
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionResetError):
            await reader.read()
        gone.set()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server, way("one", server.sockets[0].getsockname()[:2]) as opened:
        _, writer = await asyncio.open_connection("127.0.0.1", opened.port)
        writer.write(b"half a question")
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        await asyncio.wait_for(gone.wait(), 5)
