"""A GraphQL client as a shop's front end would have one: HTTP for operations, a WebSocket for subscriptions."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

Json = dict[str, Any]


class ShopError(Exception):
    """The shop answered with errors; the message is theirs."""


@dataclass(kw_only=True)
class ShopClient:
    """One visitor: its tokens, and how many RPCs its last operation cost."""

    http: httpx.AsyncClient
    url: str
    """Of the gateway, without a path."""
    access_token: str = ""
    cart_token: str = ""
    rpcs: int = field(default=0, init=False)
    """Made for this visitor so far, where the gateway tells (development mode)."""

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None, *, admin: bool = False) -> Json:
        """The operation's `data`. Raises ShopError for errors, whatever their kind."""
        path = "/admin/graphql" if admin else "/graphql"
        body = {"query": document, "variables": dict(variables or {})}
        headers = {**self.headers(), "Emporium-Debug": "1"}
        response = await self.http.post(f"{self.url}{path}", json=body, headers=headers)
        answer: Json = response.json()
        self.rpcs += int(((answer.get("extensions") or {}).get("rpcs") or {}).get("count", 0))
        if answer.get("errors"):
            raise ShopError("; ".join(str(error["message"]) for error in answer["errors"]))
        return answer["data"]

    async def change(self, document: str, variables: Mapping[str, Any], *, admin: bool = False) -> Json:
        """The payload of the document's only mutation. Raises ShopError for its userErrors."""
        data = await self.ask(document, variables, admin=admin)
        payload: Json = next(iter(data.values()))
        if payload.get("userErrors"):
            raise ShopError("; ".join(f"{error['code']}: {error['message']}" for error in payload["userErrors"]))
        return payload

    async def subscribe(self, document: str, variables: Mapping[str, Any]) -> AsyncIterator[Json]:
        """The `data` of each event, until the server completes. Raises ShopError."""
        url = self.url.replace("http", "ws", 1) + "/graphql"
        async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": self.headers()}))
            acknowledged = json.loads(await socket.recv())
            if acknowledged["type"] != "connection_ack":
                raise ShopError(f"expected connection_ack, got {acknowledged['type']}")
            payload = {"query": document, "variables": dict(variables)}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "next":
                    if message["payload"].get("errors"):
                        raise ShopError(str(message["payload"]["errors"][0]["message"]))
                    yield message["payload"]["data"]
                elif message["type"] == "error":
                    raise ShopError(str(message["payload"][0]["message"]))
                elif message["type"] == "complete":
                    return
                elif message["type"] == "ping":
                    await socket.send(json.dumps({"type": "pong"}))

    def headers(self) -> dict[str, str]:
        """What this visitor is known by."""
        headers: dict[str, str] = {}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        if self.cart_token:
            headers["Emporium-Cart-Token"] = self.cart_token
        return headers
