"""gRPC between processes: servers with the same interceptors in a fixed order, and channels whose calls carry the same.

Server: trace → request id and log context → internal token → deadline → errors.
Client: metadata and deadline → errors → trace; unary calls by a wrapper, streams by interceptors.
"""

import contextlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any, cast

import grpc
import grpc.aio
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis import telemetry
from chassis.identity import TokenMinter, TokenVerifier
from chassis.resilience import Guards
from chassis.rpc_client import CallingChannel, StreamInterceptor
from chassis.rpc_server import CALLS_METHOD, ServiceInterceptor, calls_handler
from chassis.settings import ServiceSettings

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
OPTIONS: list[tuple[str, Any]] = [
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
]

Registration = tuple[Callable[[Any, grpc.aio.Server], None], Any, str]
"""The generated `add_…_to_server`, the servicer, and the service's full name."""


class PortTaken(Exception):
    """Another process listens on the address."""


class RpcServer:
    """A gRPC server with health (open to all) and, in development, reflection."""

    def __init__(self, settings: ServiceSettings, audience: str, services: Sequence[Registration]) -> None:
        open_prefixes = ["/grpc.health.v1.Health/"]
        if settings.development:
            open_prefixes += ["/grpc.reflection.v1alpha.ServerReflection/", CALLS_METHOD]
        interceptors: list[Any] = []
        if telemetry.tracing():
            from opentelemetry.instrumentation.grpc import aio_server_interceptor

            interceptors.append(aio_server_interceptor())
        verifier = TokenVerifier(settings.internal_token_secret, audience)
        around = ServiceInterceptor(verifier, tuple(open_prefixes))
        interceptors.append(around)
        # Two processes on one port would each answer half of the calls.
        options = [*OPTIONS, ("grpc.so_reuseport", int(settings.share_port))]
        self._server = grpc.aio.server(interceptors=interceptors, options=options)
        self._health: Any = health.aio.HealthServicer()  # pyright: ignore[reportAttributeAccessIssue]
        self._names = ["", *(name for _, _, name in services)]
        for add, servicer, _ in services:
            add(servicer, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        if settings.development:
            self._server.add_generic_rpc_handlers((calls_handler(around),))
        reflection.enable_server_reflection(
            [*self._names[1:], health.SERVICE_NAME, reflection.SERVICE_NAME], self._server
        )

    async def start(self, address: str) -> int:
        """Listens and returns the port. Raises PortTaken."""
        try:
            port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise PortTaken(
                f"{address} is in use or not ours to listen on; set LISTEN_ADDRESS to a free one"
            ) from error
        await self._server.start()
        await self._set(health_pb2.HealthCheckResponse.SERVING)
        return port

    async def stop(self, drain_seconds: float) -> None:
        """Tells health checks first, then lets calls in flight finish."""
        await self._set(health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._server.stop(drain_seconds)

    async def _set(self, status: Any) -> None:
        for name in self._names:
            await self._health.set(name, status)


@contextlib.asynccontextmanager
async def server(
    address: str,
    settings: ServiceSettings,
    *,
    audience: str,
    services: Sequence[Registration],
    drain_seconds: float = 0,
) -> AsyncGenerator[int]:
    """A running server; yields its port (give port 0 for a free one)."""
    running = RpcServer(settings, audience, services)
    port = await running.start(address)
    try:
        yield port
    finally:
        await running.stop(drain_seconds)


@contextlib.asynccontextmanager
async def channel(
    address: str,
    *,
    audience: str,
    minter: TokenMinter,
    files: Sequence[FileDescriptor] = (),
    timeout: float = 5.0,
    wait_for_ready: bool = False,
    guards: Guards | None = None,
) -> AsyncGenerator[grpc.aio.Channel]:
    """A channel whose calls carry token, request id, deadline and trace, and raise `chassis.errors.RemoteError`.

    Calls are retried when the server cannot be reached and the method in `files` is marked free of side effects.
    With `wait_for_ready` a call waits, within its deadline, for a server that is away instead of failing at once: for
    development, where servers are restarted at every save. It never sends a call twice. With `guards` every RPC has a
    circuit breaker and a limit of calls at once.
    """
    interceptors: list[Any] = [StreamInterceptor(minter, audience)]
    if telemetry.tracing():
        from opentelemetry.instrumentation.grpc import aio_client_interceptors

        # Innermost: it wants the call itself, and ours hands out what the call answered.
        interceptors.extend(aio_client_interceptors())
    options = [
        *OPTIONS,
        ("grpc.service_config", service_config(files, wait_for_ready=wait_for_ready)),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 300 if wait_for_ready else 1_000),
    ]
    target = address if ":///" in address else f"dns:///{address}"
    async with grpc.aio.insecure_channel(target, options=options, interceptors=interceptors) as opened:
        yield cast("grpc.aio.Channel", CallingChannel(opened, minter, audience, timeout, guards))


def service_config(files: Sequence[FileDescriptor], *, wait_for_ready: bool = False) -> str:
    """Round robin over DNS, and a retry policy for the methods marked NO_SIDE_EFFECTS.

    CANCELLED is retried too: it is how a server that shuts down drops a call that arrives in that moment. A call the
    caller itself cancels is never retried.
    """
    names = [
        {"service": service.full_name, "method": method.name}
        for file in files
        for service in file.services_by_name.values()
        for method in service.methods
        if method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
    ]
    methods: list[dict[str, Any]] = []
    if names:
        policy = {
            "maxAttempts": 3,
            "initialBackoff": "0.05s",
            "maxBackoff": "0.5s",
            "backoffMultiplier": 3,
            "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
        }
        methods.append({"name": names, "retryPolicy": policy, "waitForReady": wait_for_ready})
    if wait_for_ready:
        methods.append({"name": [{}], "waitForReady": True})
    return json.dumps({"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": methods})
