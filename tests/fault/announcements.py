"""What a subscriber of the order topic gets: every event of an order at least once, first in order."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from emporium.events.v1.events_pb2 import OrderChanged

TOPIC = "emporium.order.events.v1"
PARTITIONS = 4


@dataclass(frozen=True)
class Announced:
    event_id: str
    sequence: int
    type: str


class Announcements:
    """From now on. Blocks: call it in a thread."""

    def __init__(self, bootstrap_servers: str) -> None:
        admin = AdminClient({"bootstrap.servers": bootstrap_servers})
        made = admin.create_topics([NewTopic(TOPIC, PARTITIONS, 1)])
        try:
            made[TOPIC].result(30)
        except KafkaException as error:
            if error.args[0].name() != "TOPIC_ALREADY_EXISTS":
                raise
        self._consumer = Consumer({
            "bootstrap.servers": bootstrap_servers,
            "group.id": uuid.uuid4().hex,
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 20,
        })  # fmt: skip
        places = [TopicPartition(TOPIC, number) for number in self._partitions()]
        for place in places:
            place.offset = self._consumer.get_watermark_offsets(place, 30)[1]
        self._consumer.assign(places)
        self._seen: dict[str, list[Announced]] = {}

    def of(self, orders: Mapping[str, int], seconds: float) -> dict[str, Sequence[Announced]]:
        """What came about these orders, when each has as many different events as it says, or time is over."""
        until = time.monotonic() + seconds
        while any(len(self._sequences(one)) < count for one, count in orders.items()) and time.monotonic() < until:
            self._read()
        return {one: self._seen.get(one, []) for one in orders}

    def close(self) -> None:
        self._consumer.close()

    def _partitions(self) -> list[int]:
        """All of them: a topic that was made in this moment is not known at once."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            known: Any = self._consumer.list_topics(TOPIC, 30)
            if len(known.topics[TOPIC].partitions) == PARTITIONS:
                return list(known.topics[TOPIC].partitions)
            time.sleep(0.05)
        raise AssertionError(f"{TOPIC} has not got its partitions")

    def _sequences(self, order_id: str) -> set[int]:
        return {one.sequence for one in self._seen.get(order_id, [])}

    def _read(self) -> None:
        for message in self._consumer.consume(100, 0.05):
            if message.error() is not None:
                continue
            headers = dict(message.headers() or [])
            body = OrderChanged.FromString(message.value() or b"")
            event_id = (headers["ce_id"] or b"").decode()
            one = Announced(event_id=event_id, sequence=body.sequence, type=body.type)
            self._seen.setdefault(body.order_id, []).append(one)
