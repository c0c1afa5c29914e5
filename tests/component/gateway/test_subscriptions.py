"""Subscriptions over graphql-transport-ws and Server-Sent Events."""

import json
from typing import Any

import httpx
import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.fixtures.gateway import Running, running_gateway

PROTOCOL = Subprotocol("graphql-transport-ws")
WATCH = 'subscription { orderUpdated(id: "ord_1") { order { number lines { product { name } } } } }'


async def opened(gateway: Running, payload: dict[str, Any] | None = None) -> ClientConnection:
    socket = await connect(f"ws://{gateway.url}/graphql", subprotocols=[PROTOCOL])
    await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
    return socket


def bearer(gateway: Running) -> dict[str, str]:
    return {"Authorization": f"Bearer {gateway.issuer.token()}"}


async def received(socket: ClientConnection) -> dict[str, Any]:
    return json.loads(await socket.recv())


async def test_a_subscription_gives_every_event_then_completes(gateway: Running) -> None:
    socket = await opened(gateway, bearer(gateway))
    assert await received(socket) == {"type": "connection_ack"}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": WATCH}}))
    messages = [await received(socket) for _ in range(4)]
    assert [m["type"] for m in messages] == ["next", "next", "next", "complete"]
    numbers = [m["payload"]["data"]["orderUpdated"]["order"]["number"] for m in messages[:3]]
    assert numbers == ["E-1", "E-2", "E-3"]
    await socket.close()


async def test_queries_and_errors_travel_over_the_socket_too(gateway: Running) -> None:
    socket = await opened(gateway, bearer(gateway))
    await received(socket)
    await socket.send(json.dumps({"id": "q", "type": "subscribe", "payload": {"query": "{ me { id } }"}}))
    assert (await received(socket))["payload"]["data"] == {"me": {"id": "usr_1"}}
    assert await received(socket) == {"id": "q", "type": "complete"}
    await socket.send(json.dumps({"id": "e", "type": "subscribe", "payload": {"query": "{ nope }"}}))
    assert (await received(socket))["type"] == "error"
    await socket.send(json.dumps({"type": "ping"}))
    assert await received(socket) == {"type": "pong"}
    await socket.close()


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["nonsense"], 4400),
        ([b'{"type": "connection_init"}'], 4400),
        (['{"type": 1}'], 4400),
        (['{"type": "unheard"}'], 4400),
        (['{"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}'], 4401),
        (['{"type": "connection_init"}', '{"type": "connection_init"}'], 4429),
        (['{"type": "connection_init", "payload": {"authorization": "Bearer x"}}'], 4403),
    ],
)
async def test_breaches_of_the_protocol_close_the_socket(
    gateway: Running, messages: list[str | bytes], code: int
) -> None:
    socket = await connect(f"ws://{gateway.url}/graphql", subprotocols=[PROTOCOL])
    for message in messages:
        await socket.send(message)
    with pytest.raises(websockets.ConnectionClosed) as closed:
        while True:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == code


async def test_a_foreign_page_cannot_open_a_socket(gateway: Running) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await connect(f"ws://{gateway.url}/graphql", subprotocols=[PROTOCOL], origin="https://evil.example")  # type: ignore[arg-type]


async def test_a_stranger_is_told_so_and_the_stream_ends(gateway: Running) -> None:
    socket = await opened(gateway)
    await received(socket)
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": WATCH}}))
    answer = await received(socket)
    assert answer["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await received(socket))["type"] == "complete"
    await socket.close()


async def test_events_are_streamed_and_completed(gateway: Running) -> None:
    headers = bearer(gateway) | {"Accept": "text/event-stream"}
    async with gateway.http.stream("POST", "/graphql", json={"query": WATCH}, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = [line async for line in stream.aiter_lines() if line]
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event:")]
    assert events == ["next", "next", "next", "complete"]


async def test_a_subscription_without_a_stream_is_not_acceptable(gateway: Running) -> None:
    answer = await gateway.post(WATCH, token=gateway.issuer.token())
    assert answer.status_code == 406


async def test_a_client_that_leaves_ends_the_calls_made_for_it() -> None:
    async with running_gateway() as gateway:
        gateway.backend.delay = 30
        with pytest.raises(httpx.ReadTimeout):
            await gateway.http.post("/graphql", json={"query": "{ products { totalCount } }"}, timeout=0.2)
        while gateway.backend.running:
            await gateway.http.get("/healthz")
        gateway.backend.delay = 0
        assert (await gateway.post("{ products { totalCount } }")).status_code == 200


async def test_a_stream_ends_when_its_session_is_revoked() -> None:
    async with running_gateway() as gateway:
        gateway.backend.updates = list(range(1, 1_000))
        gateway.backend.delay = 0.02
        socket = await opened(gateway, bearer(gateway))
        await received(socket)
        watch = 'subscription { orderUpdated(id: "ord_1") { order { number } } }'
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": watch}}))
        assert (await received(socket))["payload"]["data"]
        gateway.issuer.revoked.append("ses_1")
        while "errors" not in (message := await received(socket))["payload"]:
            pass
        assert message["payload"]["errors"][0]["extensions"]["reason"] == "SESSION_REVOKED"
        assert (await received(socket))["type"] == "complete"
        await socket.close()


async def events(gateway: Running, **headers: str) -> list[tuple[str, Any]]:
    """Id and order number of each event."""
    sent = (
        bearer(gateway) | {"Accept": "text/event-stream"} | {name.replace("_", "-"): v for name, v in headers.items()}
    )
    async with gateway.http.stream("POST", "/graphql", json={"query": WATCH}, headers=sent) as stream:
        lines = [line async for line in stream.aiter_lines()]
    ids = [line.removeprefix("id: ") for line in lines if line.startswith("id: ")]
    bodies = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    return [(key, body["data"]["orderUpdated"]["order"]["number"]) for key, body in zip(ids, bodies, strict=True)]


async def test_a_broken_event_stream_goes_on_after_the_last_event_that_arrived(gateway: Running) -> None:
    assert await events(gateway) == [("1", "E-1"), ("2", "E-2"), ("3", "E-3")]
    assert await events(gateway, last_event_id="2") == [("3", "E-3")]
    assert await events(gateway, last_event_id="3") == []


async def test_a_socket_goes_on_after_the_last_event_too(gateway: Running) -> None:
    socket = await opened(gateway, bearer(gateway))
    await received(socket)
    payload = {"query": WATCH, "extensions": {"lastEventId": "2"}}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    message = (await received(socket))["payload"]
    assert message["extensions"]["eventId"] == "3"
    assert message["data"]["orderUpdated"]["order"]["number"] == "E-3"
    assert (await received(socket))["type"] == "complete"
    await socket.close()


@pytest.mark.parametrize("last_event_id", ["x", "-1", "1" * 16, "²"])
async def test_an_event_id_that_was_never_sent_is_refused(gateway: Running, last_event_id: str) -> None:
    body = {"query": WATCH, "extensions": {"lastEventId": last_event_id}}
    answer = await gateway.http.post("/graphql", json=body, headers=bearer(gateway) | {"Accept": "text/event-stream"})
    assert answer.status_code == 400


async def test_queries_take_no_notice_of_event_ids(gateway: Running) -> None:
    assert (await gateway.post("{ __typename }", headers={"last-event-id": "x"})).status_code == 200
