"""graphql-transport-ws: operations over one WebSocket, many at a time."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, Final

import orjson
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from chassis.tasks import ended
from gateway.errors import RequestRefused
from gateway.http.callers import Visitor, identify
from gateway.http.origins import Origins
from gateway.http.reading import operation_request
from gateway.http.serving import Serving
from gateway.http.writing import wrote_lately

log = structlog.get_logger("websocket")

PROTOCOL: Final = "graphql-transport-ws"
INIT_SECONDS: Final = 5.0
OPERATIONS_AT_ONCE: Final = 50
MESSAGE_BYTES: Final = 256 * 1024
# Only these of the connection's parameters are read as headers.
HEADERS: Final = ("authorization", "emporium-cart-token")


class Closing(Exception):
    """The protocol says to close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(reason)


class WebSocketEndpoint:
    """The WebSocket of `/graphql` or `/admin/graphql`."""

    def __init__(self, serving: Serving, origins: Origins) -> None:
        self._serving = serving
        self._origins = origins

    async def serve(self, socket: WebSocket) -> None:
        if not self._origins.allowed(socket.headers):
            await socket.close(1008)  # before acceptance: HTTP 403
            return
        if PROTOCOL not in socket.scope.get("subprotocols", ()):
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
            return
        await socket.accept(PROTOCOL)
        connection = _Connection(self._serving, socket)
        try:
            await connection.run()
        except Closing as closing:
            await connection.stop()
            if socket.client_state is WebSocketState.CONNECTED:
                await socket.close(closing.code, closing.reason)
        except WebSocketDisconnect:
            pass
        finally:
            await connection.stop()


class _Connection:
    """One client: who it is, and what it has running."""

    def __init__(self, serving: Serving, socket: WebSocket) -> None:
        self._serving = serving
        self._socket = socket
        self._visitor: Visitor | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        """By the client's id."""
        self._tasks: set[asyncio.Task[None]] = set()
        """These, and those it has ended that are not yet over."""
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Until the client leaves. Raises Closing for breaches of the protocol."""
        try:
            async with asyncio.timeout(INIT_SECONDS):
                while self._visitor is None:
                    await self._handle(await self._receive())
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None
        while True:
            await self._handle(await self._receive())

    async def stop(self) -> None:
        """Ends everything that is running."""
        await ended(*self._tasks)

    async def _receive(self) -> dict[str, Any]:
        received = await self._socket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1000))
        text = received.get("text")
        if text is None:
            raise Closing(4400, "Invalid message: send text, not binary")
        if len(text) > MESSAGE_BYTES:
            raise Closing(4400, "Message too large")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Closing(4400, "Invalid message: not JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(4400, "Invalid message: it has no type")
        return message

    async def _handle(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "connection_init":
            await self._init(message.get("payload"))
        elif kind == "ping":
            await self._send({"type": "pong"})
        elif kind == "subscribe":
            self._subscribe(message)
        elif kind == "complete":
            if task := self._running.pop(str(message.get("id")), None):
                task.cancel()
        elif kind != "pong":
            raise Closing(4400, f"Invalid message type {kind[:40]!r}")

    async def _init(self, payload: Any) -> None:
        if self._visitor is not None:
            raise Closing(4429, "Too many initialisation requests")
        given: Mapping[str, Any] = payload if isinstance(payload, dict) else {}
        # The handshake's own headers, and over them what a browser can only send as parameters.
        headers = {
            name: self._socket.headers[name] for name in (*HEADERS, "user-agent") if name in self._socket.headers
        }
        headers |= {name.lower(): str(value) for name, value in given.items() if name.lower() in HEADERS}
        client = self._socket.client
        try:
            self._visitor = identify(
                self._serving.authenticator,
                headers,
                request_id=self._socket.scope.get("request_id", ""),
                ip_address=client.host if client else "",
            )
        except RequestRefused as refused:
            raise Closing(4403, str(refused)) from None
        if wrote_lately(self._socket.headers):
            self._serving.writers.note(self._visitor.caller)
        await self._send({"type": "connection_ack"})

    def _subscribe(self, message: dict[str, Any]) -> None:
        if self._visitor is None:
            raise Closing(4401, "Unauthorized")
        id = message.get("id")  # noqa: A001 (the protocol's word)
        if not isinstance(id, str) or not id:
            raise Closing(4400, "Invalid message: it has no id")
        if id in self._running:
            raise Closing(4409, f"Subscriber for {id[:80]} already exists")
        if len(self._running) >= OPERATIONS_AT_ONCE or len(self._tasks) >= 2 * OPERATIONS_AT_ONCE:
            raise Closing(4429, "Too many operations")
        task = asyncio.create_task(self._operation(id, message.get("payload"), self._visitor))
        self._running[id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _operation(self, id: str, payload: Any, visitor: Visitor) -> None:  # noqa: A002
        try:
            with contextlib.suppress(WebSocketDisconnect):
                await self._send(await self._answered(id, payload, visitor))
        finally:
            if self._running.get(id) is asyncio.current_task():
                del self._running[id]

    async def _answered(self, id: str, payload: Any, visitor: Visitor) -> dict[str, Any]:  # noqa: A002
        """Sends the answers; the message that is the last one."""
        try:
            asked = operation_request(payload)
            prepared = self._serving.operations.prepare(asked)
            await self._serving.admit(prepared, visitor.caller)
            if prepared.is_subscription:
                answers = self._serving.subscribe(prepared, visitor, asked, "websocket")
                async with contextlib.aclosing(answers):
                    async for answer in answers:
                        await self._send({"id": id, "type": "next", "payload": answer})
            else:
                answer = await self._serving.streamed(prepared, visitor.caller, asked)
                await self._send({"id": id, "type": "next", "payload": answer})
        except RequestRefused as refused:
            return {"id": id, "type": "error", "payload": refused.errors}
        except WebSocketDisconnect:
            raise
        except Exception:
            log.exception("websocket.operation_failed")
            errors = [{"message": "Something went wrong on our side.", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]
            return {"id": id, "type": "error", "payload": errors}
        return {"id": id, "type": "complete"}

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._sending:
            if self._socket.application_state is WebSocketState.CONNECTED:
                await self._socket.send_text(orjson.dumps(message).decode())
