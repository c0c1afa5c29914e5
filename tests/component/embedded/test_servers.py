"""The embedded servers do what their clients need."""

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from infra.embedded.kafka import cluster_id
from tests.fixtures.stack import SharedServers


def test_a_role_cannot_enter_the_database_of_another_subgraph(servers: SharedServers) -> None:
    catalog = servers.database_url("catalog")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(catalog.rsplit("/", 1)[0] + "/order")


def test_a_fresh_database_is_empty_and_belongs_to_the_subgraph(fresh_database: Callable[[str], str]) -> None:
    with psycopg.connect(fresh_database("catalog")) as connection:
        connection.execute("CREATE TABLE proof (id int)")
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_all_servers_are_ready_when_asked_for(servers: SharedServers) -> None:
    servers.start()
    assert servers.elasticsearch_url.startswith("http://127.0.0.1:")


def test_a_kafka_cluster_is_never_named_like_an_option() -> None:
    """One random name in 64 begins with a dash, and Kafka's tool refused it: the first start failed."""
    names = [cluster_id(iter([UUID(bytes=b"\xf8" * 16), UUID(bytes=bytes(16))]).__next__)]
    names += [cluster_id(uuid4) for _ in range(500)]
    assert names[0] == "A" * 22
    assert not [name for name in names if name.startswith("-")]
