"""The gateway's application over the measured slice, and beside it the contenders: the same server, token check,
limits, telemetry and answer; only who executes an operation differs.

    /bench/compiled     the gateway's own executor; nothing is shared between requests
    /bench/walk         the same without generated code
    /bench/strawberry   Strawberry's default executor with its DataLoaders and caches
    /bench/hand         functions written for these operations

`python -m infra.bench.gateway_contenders BACKEND_ADDRESS` prints its port.
"""

import asyncio
import contextlib
import gc
import socket
import sys
import time
import tracemalloc
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

import orjson
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chassis import telemetry
from chassis.settings import Mode, Secret
from gateway.app import application
from gateway.bootstrap import Subgraphs, subgraphs
from gateway.context import RequestContext
from gateway.errors import Reported, shown
from gateway.federation.plan import Plan
from gateway.http.endpoint import GraphQLEndpoint
from gateway.http.serving import Serving
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import Answer, OperationRequest, Prepared
from gateway.settings import GatewaySettings
from infra.bench import gateway_hand
from infra.bench.gateway_shop import SLICE
from infra.bench.gateway_strawberry import SCHEMA, context

LIMITS = Limits(cost=1_000_000)


class Walked(Operations):
    """Without generated code."""

    def prepare(self, request: OperationRequest) -> Prepared:
        prepared = super().prepare(request)
        return replace(prepared, compiled=replace(prepared.compiled, program=None))


class ByHand(Operations):
    """Whoever writes such functions parses and coerces nothing."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._once: dict[str, Prepared] = {}
        self.texts: dict[Plan, str] = {}

    def prepare(self, request: OperationRequest) -> Prepared:
        if request.query not in self._once:
            self._once[request.query] = super().prepare(request)
            self.texts[self._once[request.query].plan] = request.query
        return replace(self._once[request.query], raw_variables=request.variables)

    async def execute(self, prepared: Prepared, ctx: RequestContext, *_: Any, **__: Any) -> Answer:
        name = prepared.plan.operation.name
        written = gateway_hand.BY_NAME[name.value if name else ""]
        data, errors = await written(ctx, prepared.raw_variables)
        return Answer(data=data, errors=shown(errors, ctx.caller.request_id))


class Default(ByHand):
    """Strawberry's executor, which parses, validates and coerces by itself."""

    async def execute(self, prepared: Prepared, ctx: RequestContext, *_: Any, **__: Any) -> Answer:
        text = self.texts[prepared.plan]
        result = await SCHEMA.execute(text, variable_values=prepared.raw_variables, context_value=context(ctx))
        errors = [Reported.of(error) for error in result.errors or ()]
        return Answer(data=result.data, errors=shown(errors, ctx.caller.request_id))


CONTENDERS: dict[str, type[Operations]] = {
    "compiled": Operations,
    "walk": Walked,
    "strawberry": Default,
    "hand": ByHand,
}


def mounted(serving: Serving, metrics: Metrics) -> list[BaseRoute]:
    """The contenders' routes."""
    graph = serving.operations.graph
    routes: list[BaseRoute] = [
        Route(
            f"/bench/{name}",
            GraphQLEndpoint(replace(serving, operations=kind(graph, LIMITS, metrics, introspection=False))),
        )
        for name, kind in CONTENDERS.items()
    ]
    return [*routes, Route("/counters", _counters(metrics)), Route("/tracing", _tracing)]


def _counters(metrics: Metrics) -> Any:
    async def counters(_: Request) -> Response:
        rpcs = sum(
            sample.value
            for family in metrics.rpc_seconds.collect()
            for sample in family.samples
            if sample.name.endswith("_count")
        )
        return Response(orjson.dumps({"cpu": time.process_time(), "rpcs": rpcs}))

    return counters


async def _tracing(request: Request) -> Response:
    """Counts allocated bytes from now on, or tells the most there were at once since it began."""
    if request.query_params.get("do") == "start":
        gc.collect()
        tracemalloc.start(1)
        tracemalloc.reset_peak()
        return Response(orjson.dumps({"bytes": tracemalloc.get_traced_memory()[0]}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Response(orjson.dumps({"bytes": peak}))


def settings(address: str) -> GatewaySettings:
    return GatewaySettings(
        mode=Mode.PRODUCTION,
        internal_token_secret=Secret("only-for-measuring-on-this-machine-0"),
        account_address=address,
        catalog_address=address,
        order_address=address,
        request_seconds=60.0,
        rate_limit=2_000_000_000,
        share=False,
    )


@contextlib.asynccontextmanager
async def running(chosen: GatewaySettings, slices: Sequence[Any] = (SLICE,)) -> AsyncGenerator[Starlette]:
    """The application with the contenders beside `/graphql`."""
    metrics = Metrics()
    connected: list[Subgraphs] = []

    @contextlib.asynccontextmanager
    async def connect(of: GatewaySettings) -> AsyncGenerator[Subgraphs]:
        async with subgraphs(of) as opened:
            connected.append(opened)
            yield opened

    app = application(chosen, slices=slices, connect=connect, metrics=metrics, limits=LIMITS)
    async with app.router.lifespan_context(app):
        endpoint = next(route for route in app.router.routes if isinstance(route, Route) and route.path == "/graphql")
        serving: Serving = endpoint.endpoint._serving  # type: ignore[attr-defined]
        while not serving.authenticator.ready:  # noqa: ASYNC110 (once, before anything is measured)
            await asyncio.sleep(0.05)
        app.router.routes[:0] = mounted(serving, metrics)
        yield app


async def serve(address: str) -> None:
    """Until it is stopped."""
    chosen = settings(address)
    telemetry.configure(chosen, "gateway")
    async with running(chosen) as app:
        listening = socket.create_server(("127.0.0.1", 0))
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        gc.freeze()  # as `python -m gateway` does
        config = uvicorn.Config(app, http="httptools", log_config=None, access_log=False, lifespan="off")
        await uvicorn.Server(config).serve([listening])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1]))
