"""A gateway is restarted below open subscriptions: they go on in the next one, after the last event that arrived."""

import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.fakes.shop_backend import Backend
from tests.fixtures.gateway import Issuer, Running, running_gateway

WATCH = 'subscription { orderUpdated(id: "ord_1") { order { number } } }'
Watching = Callable[[Running, str], AsyncIterator[tuple[str, str]]]


async def over_events(gateway: Running, last_event_id: str) -> AsyncGenerator[tuple[str, str]]:
    """Id and order number of each event, as a browser's EventSource reads them."""
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {gateway.issuer.token()}"}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    event_id = ""
    async with gateway.http.stream("POST", "/graphql", json={"query": WATCH}, headers=headers) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                event_id = line.removeprefix("id: ")
            elif line.startswith("data: "):
                yield event_id, number(json.loads(line.removeprefix("data: ")))


async def over_socket(gateway: Running, last_event_id: str) -> AsyncGenerator[tuple[str, str]]:
    payload: dict[str, Any] = {"query": WATCH}
    if last_event_id:
        payload["extensions"] = {"lastEventId": last_event_id}
    async with connect(f"ws://{gateway.url}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        token = {"authorization": f"Bearer {gateway.issuer.token()}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": token}))
        await socket.recv()
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        with contextlib.suppress(ConnectionClosed):
            while (message := json.loads(await socket.recv()))["type"] == "next":
                yield message["payload"]["extensions"]["eventId"], number(message["payload"])


def number(answer: dict[str, Any]) -> str:
    return answer["data"]["orderUpdated"]["order"]["number"]


@pytest.mark.parametrize("watching", [over_events, over_socket])
async def test_no_event_is_lost_or_repeated(watching: Watching) -> None:
    backend, issuer = Backend(updates=[1, 2, 3, 4, 5], delay=0.05), Issuer()
    seen: list[tuple[str, str]] = []
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(running_gateway(backend=backend, issuer=issuer))
        async for event in watching(first, ""):
            seen.append(event)
            if len(seen) == 2:
                break
    assert seen == [("1", "E-1"), ("2", "E-2")]
    async with running_gateway(backend=backend, issuer=issuer) as second:
        async for event in watching(second, seen[-1][0]):
            seen.append(event)
    assert seen == [(str(n), f"E-{n}") for n in (1, 2, 3, 4, 5)]
