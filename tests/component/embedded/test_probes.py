"""The launcher's small readiness questions, against real services."""

from concurrent.futures import ThreadPoolExecutor

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from infra.embedded import probes
from infra.embedded.ports import free_port


def test_a_grpc_service_is_ready_when_its_health_service_says_so() -> None:
    port = free_port()
    assert not probes.grpc_serves(port)
    server = grpc.server(ThreadPoolExecutor(2))
    state = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        assert probes.grpc_serves(port)
        state.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
        assert not probes.grpc_serves(port)
    finally:
        server.stop(None)


def test_a_grpc_server_without_a_health_service_is_not_ready() -> None:
    port = free_port()
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        assert not probes.grpc_serves(port)
    finally:
        server.stop(None)


def test_nobody_is_ready_on_a_free_port() -> None:
    port = free_port()
    assert not probes.postgres_answers(port)
    assert not probes.redis_answers(port, "x")
    assert not probes.kafka_answers(port)
    assert not probes.elasticsearch_answers(port)
    assert not probes.http_ready(port, "/readyz")
