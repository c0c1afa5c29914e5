"""`/healthz`: the process runs. `/readyz`: it can serve."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import grpc
import grpc.aio
import orjson
from grpc_health.v1 import health_pb2, health_pb2_grpc
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.auth import Authenticator

PROBE_SECONDS: Final = 0.8


class Health:
    """Ready when access tokens can be checked. A subgraph that is down is told, not fatal: the rest still answers."""

    def __init__(self, authenticator: Authenticator, channels: Mapping[str, grpc.aio.Channel]) -> None:
        self._authenticator = authenticator
        self._channels = channels

    async def live(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        serving = dict(zip(self._channels, await asyncio.gather(*map(_serves, self._channels.values())), strict=True))
        ready = self._authenticator.ready
        body: dict[str, Any] = {"ready": ready, "keys": ready, "subgraphs": serving}
        return Response(orjson.dumps(body), 200 if ready else 503, media_type="application/json")


async def _serves(channel: grpc.aio.Channel) -> bool:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    try:
        answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=PROBE_SECONDS)
    except Exception:  # noqa: BLE001 (down, for whatever reason)
        return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
