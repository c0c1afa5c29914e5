"""Streams and sockets whose client leaves: nothing of them runs on."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.websockets import WebSocket

from gateway.http import websocket
from gateway.http.endpoint import with_pauses
from gateway.http.origins import Origins
from gateway.http.websocket import WebSocketEndpoint
from gateway.http.writing import Writers


async def silence() -> AsyncGenerator[int]:
    await asyncio.get_running_loop().create_future()
    yield 0


async def until(holds: Any) -> None:
    while not holds():
        await asyncio.sleep(0)


async def test_a_stream_that_is_left_while_nothing_comes_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    stream = asyncio.create_task(anext(with_pauses(silence(), 3_600)))
    await until(lambda: len(asyncio.all_tasks() - before) == 3)
    stream.cancel()
    await asyncio.wait([stream])
    assert asyncio.all_tasks() == before


async def test_a_stream_gives_every_answer_in_order_and_tells_of_pauses() -> None:
    go = asyncio.Event()

    async def answers() -> AsyncGenerator[int]:
        yield 1
        await go.wait()
        yield 2
        yield 3

    seen: list[int | None] = []
    async for answer in with_pauses(answers(), 0.001):
        seen.append(answer)
        if answer is None:
            go.set()
    assert [answer for answer in seen if answer] == [1, 2, 3]
    assert seen[1] is None


class Client:
    """A connection of the ASGI server: what it sends, and what it was told."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.told: list[dict[str, Any]] = []
        self._arriving: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._arriving.put_nowait({"type": "websocket.connect"})
        self.says(*messages)

    def says(self, *messages: dict[str, Any]) -> None:
        for message in messages:
            self._arriving.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})

    def leaves(self) -> None:
        self._arriving.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def receive(self) -> dict[str, Any]:
        return await self._arriving.get()

    async def send(self, message: Any) -> None:
        self.told.append(message)

    async def serve(self, serving: Any) -> None:
        scope = {"type": "websocket", "headers": [], "subprotocols": [websocket.PROTOCOL], "client": None, "path": "/"}
        socket = WebSocket(scope, self.receive, self.send)
        await WebSocketEndpoint(serving, Origins(frozenset())).serve(socket)


INIT = {"type": "connection_init"}
SUBSCRIBE = {"type": "subscribe", "id": "1", "payload": {"query": "subscription { order }"}}


class Serving:
    """Subscriptions that take some ticks to end."""

    def __init__(self) -> None:
        self.writers, self.authenticator = Writers(), None
        self.operations = SimpleNamespace(prepare=lambda _: SimpleNamespace(is_subscription=True))
        self.open = 0

    async def admit(self, *_: Any) -> None:
        pass

    async def subscribe(self, *_: Any) -> AsyncIterator[Any]:
        self.open += 1
        try:
            yield {}
            await asyncio.get_running_loop().create_future()
        finally:
            for _tick in range(20):
                await asyncio.sleep(0)
            self.open -= 1


async def test_a_socket_is_over_when_all_its_operations_are_also_those_its_client_has_ended() -> None:
    serving = Serving()
    client = Client(INIT, SUBSCRIBE)
    served = asyncio.create_task(client.serve(serving))
    await until(lambda: serving.open)
    client.says({"type": "complete", "id": "1"})
    client.leaves()
    await served
    assert serving.open == 0


async def test_an_answer_for_a_client_that_is_gone_is_no_error_of_ours() -> None:
    loop, complaints = asyncio.get_running_loop(), list[Any]()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    client = Client(INIT, {"type": "subscribe", "id": "1", "payload": []})

    async def deaf(message: Any) -> None:
        client.told.append(message)
        if "error" in message.get("text", ""):
            raise OSError("gone")

    client.send = deaf  # type: ignore[method-assign]
    served = asyncio.create_task(client.serve(Serving()))
    await until(lambda: '"error"' in client.told[-1].get("text", "") if client.told else False)
    client.leaves()
    await served
    await until(lambda: asyncio.all_tasks() == before)
    assert complaints == []


async def test_a_socket_that_never_says_who_it_is_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else it says."""
    monkeypatch.setattr(websocket, "INIT_SECONDS", 0.01)
    client = Client({"type": "ping"})
    await client.serve(Serving())
    assert client.told[-1] == {"type": "websocket.close", "code": 4408, "reason": "Connection initialisation timeout"}
