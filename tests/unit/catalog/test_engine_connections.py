"""The client's connections to the engine, against servers that answer well, badly, late and not at all."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from elastic_transport import ConnectionError as LostConnection
from elastic_transport import ConnectionTimeout, HttpHeaders, NodeConfig

from subgraphs.catalog.adapters.elasticsearch.http_node import HttpNode

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = (
    b"HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\n\r\n{}"
)


class Server:
    """Counts connections, and keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.connections = 0
        self.asked: list[bytes] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
                )
                self.asked.append(head + await reader.readexactly(length))
                await self._answer(reader, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def node_of(answer: Answer, *, connections: int = 10) -> AsyncGenerator[tuple[HttpNode, Server]]:
    server = Server(answer)
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    host, port = listening.sockets[0].getsockname()[:2]
    node = HttpNode(NodeConfig("http", host, port, connections_per_node=connections))
    try:
        yield node, server
    finally:
        await node.close()
        listening.close()


def saying(*answers: bytes) -> Answer:
    """These one after the other, then the last one again."""
    left = list(answers)

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])

    return answer


async def test_one_connection_serves_one_request_after_the_other() -> None:
    async with node_of(saying(OK)) as (node, server):
        for _ in range(2):
            await node.perform_request("GET", "/")
        answer = await node.perform_request("POST", "/a/_search", body=b"{1}", headers=HttpHeaders({"x-a": "b"}))
        assert (answer.meta.status, answer.meta.headers["x-elastic-product"], answer.body) == (
            200,
            "Elasticsearch",
            b"{}",
        )
        assert server.connections == 1
        assert server.asked[-1].startswith(b"POST /a/_search HTTP/1.1\r\nhost: 127.0.0.1:")
        assert b"\r\nx-a: b\r\n" in server.asked[-1]
        assert server.asked[-1].endswith(b"content-length: 3\r\n\r\n{1}")


async def test_as_many_connections_as_requests_at_the_same_time_up_to_the_limit() -> None:
    async with node_of(saying(OK), connections=2) as (node, server):
        answers = await asyncio.gather(*(node.perform_request("GET", f"/{each}") for each in range(7)))
        assert [each.body for each in answers] == [b"{}"] * 7
        assert server.connections == 2


async def test_an_answer_in_pieces_is_put_together() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    async def dripping(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for sign in chunked:
            writer.write(bytes([sign]))
            await writer.drain()

    async with node_of(dripping) as (node, server):
        for _ in range(2):
            assert (await node.perform_request("GET", "/")).body == b"abcde"
        assert server.connections == 1


async def test_what_a_head_request_announces_is_not_waited_for() -> None:
    async with node_of(saying(OK[:-2], OK)) as (node, _):
        assert (await node.perform_request("HEAD", "/a")).meta.status == 200
        assert (await node.perform_request("GET", "/a")).body == b"{}"


async def test_a_connection_the_engine_ends_is_not_used_again() -> None:
    ending = OK.replace(b"\r\nContent-Type", b"\r\nConnection: close\r\nContent-Type")
    async with node_of(saying(ending)) as (node, server):
        for _ in range(2):
            assert (await node.perform_request("GET", "/")).body == b"{}"
        assert server.connections == 2


async def test_a_kept_connection_that_is_ending_is_passed_over() -> None:
    async with node_of(saying(OK)) as (node, server):
        await asyncio.gather(*(node.perform_request("GET", "/") for _ in range(2)))
        for connection in node._idle:  # pyright: ignore[reportPrivateUsage]
            connection.close()  # its end is told with the loop's next turn
        assert (await node.perform_request("GET", "/")).body == b"{}"
        assert server.connections == 3


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b"no HTTP\r\n\r\n"])
async def test_an_answer_that_breaks_off_or_is_none_is_a_lost_connection(said: bytes) -> None:
    async def breaking(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    async with node_of(breaking) as (node, server):
        with pytest.raises(LostConnection):
            await node.perform_request("GET", "/")
        with pytest.raises(LostConnection):
            await node.perform_request("GET", "/")
        assert server.connections == 2


async def test_an_engine_that_is_not_there_is_a_lost_connection() -> None:
    async with node_of(saying(OK)) as (node, _):
        gone = node.config
    with pytest.raises(LostConnection):
        await HttpNode(gone).perform_request("GET", "/")


async def test_a_late_answer_is_a_timeout_and_nobody_elses_answer() -> None:
    late = asyncio.Event()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not late.is_set():
            late.set()
            await asyncio.get_running_loop().create_future()
        writer.write(OK)

    async with node_of(answer, connections=1) as (node, server):
        with pytest.raises(ConnectionTimeout):
            await node.perform_request("GET", "/slow", request_timeout=0.01)
        assert (await node.perform_request("GET", "/", request_timeout=5)).body == b"{}"
        assert server.connections == 2


async def test_a_cancelled_request_leaves_no_answer_to_the_next() -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK.replace(b"{}", b"%d" % (10 + len(server.asked))))

    async with node_of(answer, connections=1) as (node, server):
        asked = asyncio.create_task(node.perform_request("GET", "/"))
        while not server.asked:
            await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await node.perform_request("GET", "/")).body == b"12"


@pytest.mark.parametrize("target", ["/a\r\nx: y", "/a b"])
async def test_nothing_in_a_target_becomes_a_header(target: str) -> None:
    async with node_of(saying(OK)) as (node, server):
        with pytest.raises(ValueError, match="line break"):
            await node.perform_request("GET", target)
        with pytest.raises(ValueError, match="line break"):
            await node.perform_request("GET", "/", headers=HttpHeaders({"x": "y\r\nz: 1"}))
        assert server.connections == 0


def test_tls_and_compression_are_refused() -> None:
    with pytest.raises(ValueError, match="plain HTTP"):
        HttpNode(NodeConfig("https", "localhost", 9200))
