"""The client's way to the engine over plain HTTP/1.1: httptools on asyncio's own transports.

A search makes several requests of the engine, and the client's default node (aiohttp) was a third of its CPU in this
process: some 0.6 ms a request, this one 0.1.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any, cast

import httptools
from elastic_transport import (
    ApiResponseMeta,
    BaseAsyncNode,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
)
from elastic_transport import ConnectionError as LostConnection
from elastic_transport._node import NodeApiResponse
from elastic_transport.client_utils import DEFAULT, DefaultType

UNSAID = cast("DefaultType", DEFAULT)


class _Connection(asyncio.Protocol):
    """One request at a time; its answer is read whole."""

    def __init__(self, lost: Callable[["_Connection"], None]) -> None:
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[None] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._without_body = False
        self._chunks: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.status = 0
        self.reusable = False

    async def exchange(self, request: bytes, *, without_body: bool) -> bytes:
        """The body of the answer. Raises OSError where the connection ends before it."""
        self.reusable, transport = False, self._transport
        if transport is None or not self.is_open:
            raise ConnectionResetError("The engine closed the connection.")
        self._chunks, self.headers, self._without_body = [], {}, without_body
        self._answered = asyncio.get_running_loop().create_future()
        transport.write(request)
        await self._answered
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost(self)
        self._fail(exc or ConnectionResetError("The engine closed the connection before it had answered."))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionResetError(f"The engine's answer is not HTTP: {error}."))
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self._without_body:
            self._done()  # the parser would wait for the length that is announced: such a connection is not used again

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        if not self._without_body:
            self.reusable = self._parser.should_keep_alive()
            self._done()

    def _done(self) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_result(None)

    def _fail(self, error: Exception) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_exception(error)


class HttpNode(BaseAsyncNode):
    """For `AsyncElasticsearch(node_class=…)`, http:// only; connections are kept, the last one used comes first.

    Raises ConnectionTimeout and ConnectionError like the client's own nodes. Compresses nothing.
    """

    _CLIENT_META_HTTP_CLIENT = ("ht", httptools.__version__)

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        if config.scheme != "http" or config.http_compress:
            raise ValueError("This node speaks plain HTTP without compression.")
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._places = asyncio.Semaphore(config.connections_per_node)
        host = f"[{self.host}]" if ":" in self.host else self.host
        self._host_header = f"host: {host}:{self.port}\r\n"

    async def perform_request(  # pyright: ignore[reportIncompatibleMethodOverride]  # sync in its base
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = UNSAID,
    ) -> NodeApiResponse:
        """One exchange, its wait for a connection included, within `request_timeout` seconds."""
        patience = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        request = self._request(method, target, body, headers)
        began = perf_counter()
        try:
            async with asyncio.timeout(patience), self._places:
                connection = self._kept() or await self._connect()
                try:
                    answer = await connection.exchange(request, without_body=method == "HEAD")
                finally:
                    self._give_back(connection)
        except TimeoutError as error:
            raise ConnectionTimeout("Connection timed out during request", errors=(error,)) from None
        except OSError as error:
            raise LostConnection(str(error) or type(error).__name__, errors=(error,)) from None
        meta = ApiResponseMeta(
            node=self.config,
            duration=perf_counter() - began,
            http_version="1.1",
            status=connection.status,
            headers=HttpHeaders(connection.headers),
        )
        return NodeApiResponse(meta, answer)

    async def close(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        for connection in list(self._open):
            connection.close()

    def _request(self, method: str, target: str, body: bytes | None, headers: HttpHeaders | None) -> bytes:
        said: dict[str, Any] = {**self.headers, **(headers or {})}
        if body is not None or method in {"POST", "PUT"}:
            said["content-length"] = len(body or b"")
        lines = "".join([f"{name}: {value}\r\n" for name, value in said.items()])
        if lines.count("\n") != len(said) or any(sign in target for sign in " \r\n"):
            raise ValueError("A line break in a header or a target would be read as another one.")
        head = f"{method} {self.path_prefix}{target} HTTP/1.1\r\n{self._host_header}{lines}\r\n"
        return head.encode("latin-1") + (body or b"")

    def _kept(self) -> _Connection | None:
        """None where there is none that is open still: the engine, or what stands before it, ends idle ones."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: _Connection(self._forget), self.host, self.port)
        self._open.add(connection)
        return connection

    def _give_back(self, connection: _Connection) -> None:
        """What was cut off, by a timeout too, may still come: such a connection is of no more use."""
        if connection.reusable and connection in self._open:
            self._idle.append(connection)
        else:
            connection.close()

    def _forget(self, connection: _Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
