"""kill -9 of every server, right after it acknowledged: nothing is lost."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg
import redis
from confluent_kafka import Consumer, Producer
from elasticsearch import Elasticsearch

from infra.embedded.stack import RunningServers

COUNT = 200


def write_everywhere(servers: RunningServers) -> None:
    with psycopg.connect(servers.database_url("order"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        for number in range(COUNT):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])
    producer = Producer({"bootstrap.servers": servers.kafka_bootstrap_servers, "acks": "all"})
    for number in range(COUNT):
        producer.produce("kept", str(number))
    assert producer.flush(30) == 0
    search = Elasticsearch(servers.elasticsearch_url)
    search.indices.create(index="kept")
    operations = [line for number in range(COUNT) for line in ({"index": {"_id": str(number)}}, {"number": number})]
    assert not search.bulk(index="kept", operations=operations)["errors"]
    search.close()


def kafka_messages(servers: RunningServers) -> int:
    consumer = Consumer(
        {
            "bootstrap.servers": servers.kafka_bootstrap_servers,
            "group.id": uuid.uuid4().hex,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe(["kept"])
    messages = consumer.consume(COUNT, timeout=30)
    consumer.close()
    return len([message for message in messages if message.error() is None])


def test_acknowledged_writes_survive_kill_9_of_every_server(
    own_servers: Callable[..., AbstractContextManager[RunningServers]],
) -> None:
    with own_servers() as servers:
        write_everywhere(servers)
        for name in ("elasticsearch", "kafka", "postgres", "redis"):
            servers.kill(name)
        servers.restart("elasticsearch", "kafka", "postgres", "redis")
        with psycopg.connect(servers.database_url("order")) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (COUNT,)
        assert kafka_messages(servers) == COUNT
        search = Elasticsearch(servers.elasticsearch_url)
        search.indices.refresh(index="kept")
        assert search.count(index="kept")["count"] == COUNT
        search.close()


def test_redis_keeps_what_it_had_a_second_ago(
    own_servers: Callable[..., AbstractContextManager[RunningServers]],
) -> None:
    with own_servers("redis") as servers:
        with redis.Redis.from_url(servers.redis_url) as client:
            client.set("kept", "yes")
        servers.kill("redis")
        servers.restart("redis")
        with redis.Redis.from_url(servers.redis_url) as client:
            assert client.get("kept") == b"yes"
