"""What sharing saves: CPU of the gateway's process a request, at 64 connections, with kept rows and shared calls.

The contenders are those of `gateway_contenders`, and `/bench/shared`: the gateway's own executor over the same slice
with its rows declared shared. HTTP, token check, limits, telemetry and answers are the same for all. While it is
measured a product changes ten times a second, and ends what is kept of it and of every listing.

`python -m infra.bench.gateway_cache BACKEND_ADDRESS` serves and prints its port.
"""

import asyncio
import contextlib
import itertools
import random
import socket
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
import uvicorn
import uvloop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis import telemetry
from chassis.graph.shared import Change, Shared
from chassis.tasks import ended
from gateway.federation.graph import OWNED, Graph, owned
from gateway.http.endpoint import GraphQLEndpoint
from gateway.http.serving import Serving
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.sharing.sharing import Sharing
from gateway.sharing.store import Store
from infra.bench.gateway_contenders import LIMITS, running, settings
from infra.bench.gateway_load import Caller, Client, started
from infra.bench.gateway_operations import MEASURED, Measured

CONNECTIONS: Final = 64
CHANGE_SECONDS: Final = 0.1
PRODUCTS: Final = 200
MOST_OVER_HAND: Final = 0.3
WAYS: Final = ("hand", "compiled", "shared")
OPERATIONS: Final = ("listing of 20", "product page")
ENTITY: Final = Shared(kept=60)
PAGE: Final = Shared(kept=60, changes_with="Product", keyed_by="category_id")
FIELDS: Final = {
    "Query.products": Shared(kept=60, changes_with="Product"),
    "Query.product": Shared(kept=60, changes_with="Product"),
    "Product.related": PAGE,
}


def shared(graph: Graph) -> Graph:
    """The graph whose public fetches are shared."""
    for place, rules in FIELDS.items():
        type_name, _, name = place.partition(".")
        field = graph.schema.type_map[type_name].fields[name]  # type: ignore[attr-defined]
        field.extensions[OWNED] = replace(owned(field), shared=rules)
    entities = {name: replace(entity, shared=ENTITY) for name, entity in graph.entities.items()}
    return replace(graph, entities=entities)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One operation."""

    name: str
    cpu_ms: Mapping[str, Sequence[float]]
    """Way → CPU ms a request, by round."""
    requests_per_second: Mapping[str, float]
    kept: float
    """Part of the requests answered by a kept or joined answer."""
    rpcs: Mapping[str, float]
    """A request."""

    def over_hand(self, way: str) -> float:
        ratios = [one / other for one, other in zip(self.cpu_ms[way], self.cpu_ms["hand"], strict=True)]
        return statistics.median(ratios)

    def missed(self) -> list[str]:
        """Aims that do not hold."""
        ratio = self.over_hand("shared")
        return (
            [f"{self.name}, shared: {ratio:.2f} × by hand, at most {MOST_OVER_HAND}"] if ratio > MOST_OVER_HAND else []
        )

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "connections": CONNECTIONS,
            "cpu_ms": {way: statistics.median(each) for way, each in self.cpu_ms.items()},
            "shared_over_hand": self.over_hand("shared"),
            "requests_per_second": self.requests_per_second,
            "rpcs": self.rpcs,
            "kept": self.kept,
        }

    def __str__(self) -> str:
        ways = " · ".join(
            f"{way} {statistics.median(each):.3f} ms ({self.over_hand(way):.2f} ×, {self.rpcs[way]:.2f} RPCs, "
            f"{self.requests_per_second[way]:.0f}/s)"
            for way, each in self.cpu_ms.items()
        )
        return f"{self.name}: {ways}; {self.kept:.1%} of the shared answers were there"


def measure(rounds: int, seconds: float, tell: Callable[[str], None]) -> list[Taken]:
    """Rounds of so many seconds each. Raises AssertionError when the ways answer differently."""
    caller = Caller()
    with (
        started("infra.bench.gateway_backend", caller.jwks) as backend,
        started("infra.bench.gateway_cache", f"127.0.0.1:{backend}") as port,
    ):
        client = Client(port, caller)
        return [_taken(client, each, rounds, seconds, tell) for each in MEASURED if each.name in OPERATIONS]


def _taken(client: Client, measured: Measured, rounds: int, seconds: float, tell: Callable[[str], None]) -> Taken:
    answers = {way: client.answer(way, measured) for way in WAYS for _ in range(2)}
    if len(set(answers.values())) > 1:
        raise AssertionError(f"{measured.name}: the ways answer differently")
    cpu: dict[str, list[float]] = {way: [] for way in WAYS}
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    rpcs: dict[str, list[float]] = {way: [] for way in WAYS}
    kept: list[float] = []
    for _, way in itertools.product(range(rounds), WAYS):
        tell(f"{measured.name}: {CONNECTIONS} connections, {way}")
        before = client.counters()
        load = client.load(way, measured, clients=CONNECTIONS, seconds=seconds)
        after = client.counters()
        requests = after["requests"] - before["requests"]
        cpu[way].append((after["cpu"] - before["cpu"]) * 1000 / requests)
        rpcs[way].append((after["rpcs"] - before["rpcs"]) / requests)
        rates[way].append(load.requests_per_second)
        if way == "shared":
            kept.append((after["kept"] - before["kept"]) / requests)
    return Taken(
        name=measured.name,
        cpu_ms=cpu,
        requests_per_second={way: statistics.median(each) for way, each in rates.items()},
        kept=statistics.median(kept),
        rpcs={way: statistics.median(each) for way, each in rpcs.items()},
    )


@contextlib.asynccontextmanager
async def changing(store: Store) -> AsyncGenerator[None]:
    """A product changes now and then."""
    versions = itertools.count(1)

    async def change() -> None:
        while True:
            await asyncio.sleep(CHANGE_SECONDS)
            product = random.randrange(PRODUCTS)  # noqa: S311
            store.change([Change(name=f"Product:prd_{product}", version=next(versions))])

    task = asyncio.create_task(change())
    try:
        yield
    finally:
        await ended(task)


def _counters(metrics: Metrics) -> Any:
    async def counters(_: Request) -> Response:
        def total(name: str, **labels: str) -> float:
            return sum(
                sample.value
                for family in metrics.registry.collect()
                for sample in family.samples
                if sample.name == name and labels.items() <= sample.labels.items()
            )

        answers = [total("emporium_gateway_answers_total", written_by=by) for by in ("kept", "joined")]
        return Response(
            orjson.dumps({
                "cpu": time.process_time(),
                "rpcs": total("emporium_gateway_rpc_seconds_count"),
                "requests": total("emporium_gateway_operations_total"),
                "kept": sum(answers),
            })
        )  # fmt: skip

    return counters


async def serve(address: str) -> None:
    """Until it is stopped."""
    chosen = settings(address)
    telemetry.configure(chosen, "gateway")
    async with running(chosen) as app:
        endpoint = next(route for route in app.router.routes if isinstance(route, Route) and route.path == "/graphql")
        serving: Serving = endpoint.endpoint._serving  # type: ignore[attr-defined]
        metrics = serving.metrics
        store = Store(64 * 1024 * 1024)
        store.trust(float("inf"))
        operations = Operations(shared(serving.operations.graph), LIMITS, metrics, introspection=False)
        mine = replace(serving, operations=operations, sharing=Sharing(store, metrics))
        app.router.routes[:0] = [
            Route("/bench/shared", GraphQLEndpoint(mine)),
            Route("/counters", _counters(metrics)),
        ]
        listening = socket.create_server(("127.0.0.1", 0))
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, http="httptools", log_config=None, access_log=False, lifespan="off")
        async with changing(store):
            await uvicorn.Server(config).serve([listening])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(sys.argv[1]))
