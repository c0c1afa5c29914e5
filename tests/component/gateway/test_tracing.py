"""One request is one trace, through HTTP, gRPC and SQL, and in the log lines of each process."""

import contextlib
import json
import queue
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as otlp
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc

from tests.fixtures.processes import free_address, service_process
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers

TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Receives spans as (service, name, trace id)."""

    def __init__(self) -> None:
        self.spans: queue.Queue[tuple[str, str, str]] = queue.Queue()

    def Export(self, request: Any, context: Any) -> Any:
        for resource in request.resource_spans:
            service = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            for scope in resource.scope_spans:
                for span in scope.spans:
                    self.spans.put((service, span.name, span.trace_id.hex()))
        return otlp.ExportTraceServiceResponse()

    def seen_of(self, trace: str, wanted: int) -> set[tuple[str, str]]:
        """The spans of one trace, until so many different ones have come."""
        seen: set[tuple[str, str]] = set()
        while len(seen) < wanted:
            service, name, trace_id = self.spans.get(timeout=30)
            if trace_id == trace:
                seen.add((service, name))
        return seen


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield collector, f"http://127.0.0.1:{port}"
    server.stop(0)


def test_one_request_is_one_trace_through_all_processes(
    servers: SharedServers, fresh_database: Callable[[str], str], collector: tuple[Collector, str], tmp_path: Path
) -> None:
    spans, endpoint = collector
    gateway, catalog = free_address(), free_address()
    catalog_log = tmp_path / "catalog.log"
    common = {
        "MODE": "development",
        "INTERNAL_TOKEN_SECRET": "t" * 32,
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    away = {"ACCOUNT_ADDRESS": "127.0.0.1:1", "ORDER_ADDRESS": "127.0.0.1:1", "METRICS_ADDRESS": ""}
    own = {"DATABASE_URL": fresh_database("catalog"), "LISTEN_ADDRESS": catalog, "ELASTICSEARCH_URL": ""}
    with (
        service_process("subgraphs.catalog", catalog_log, {**common, **own}),
        service_process(
            "gateway",
            tmp_path / "gateway.log",
            {**common, **away, "CATALOG_ADDRESS": catalog, "LISTEN_ADDRESS": gateway},
        ),
    ):
        _ask_until_answered(f"http://{gateway}/graphql")
        seen = spans.seen_of(TRACE, 4)
        method = "/emporium.catalog.v1.CatalogService/BatchListSubcategories"
        assert ("emporium-gateway", method) in seen
        assert ("emporium-catalog", method) in seen
        assert {service for service, name in seen if name.startswith("SELECT")} == {"emporium-catalog"}
        lines = [json.loads(line) for line in catalog_log.read_text().splitlines() if line.startswith("{")]
        assert all("trace_id" in line for line in lines if line["event"].startswith("rpc."))


def _ask_until_answered(url: str) -> None:
    headers = {"traceparent": TRACEPARENT}
    for _ in range(300):
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.post(url, json={"query": "{ categories { name } }"}, headers=headers, timeout=10).json()
            if "errors" not in answer:
                return
        _pause()
    pytest.fail("the gateway gave no answer")


def _pause() -> None:
    """Until the processes have got further: they tell nobody when they listen."""
    import time

    time.sleep(0.1)
