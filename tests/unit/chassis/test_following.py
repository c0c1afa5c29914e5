"""A follower of events, over a Kafka that is made up: when it says that it knows all, and how it ends."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, TopicPartition

from chassis import following
from chassis.following import Follower
from chassis.inbox import Received


class Kafka:
    """One topic of one partition, and the only client of it."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.error: KafkaError | None = None
        self.position = 0
        self.inside = threading.Semaphore(0)
        """Rises when a thread waits for events."""
        self.go_on = threading.Event()
        self.log: list[str] = []

    def __call__(self, _config: Any) -> "Kafka":
        return self

    def list_topics(self, topic: str, timeout: float) -> Any:
        found = SimpleNamespace(error=self.error, partitions={} if self.error else {0: None})
        return SimpleNamespace(topics={topic: found})

    def get_watermark_offsets(self, _: TopicPartition, timeout: float, cached: bool) -> tuple[int, int]:
        return 0, len(self.events)

    def offsets_for_times(self, wanted: Sequence[TopicPartition], timeout: float) -> list[TopicPartition]:
        return [TopicPartition(each.topic, each.partition, 0) for each in wanted]

    def assign(self, places: Sequence[TopicPartition]) -> None:
        self.position = places[0].offset if places else 0

    def poll(self, _: float) -> Any:
        if self.position < len(self.events):
            self.position += 1
            return Message(self.position - 1, self.events[self.position - 1])
        self.inside.release()
        self.go_on.wait(5)
        self.log.append("polled")
        return None

    def consume(self, _count: int, _timeout: float) -> list[Any]:
        return []

    def close(self) -> None:
        self.log.append("closed")


class Message:
    def __init__(self, offset: int, value: bytes) -> None:
        self._offset, self._value = offset, value

    def error(self) -> None:
        return None

    def headers(self) -> list[tuple[str, bytes]]:
        return []

    def topic(self) -> str:
        return "t"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes:
        return self._value


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    made = Kafka()
    monkeypatch.setattr(following, "Consumer", made)
    return made


@asynccontextmanager
async def following_it(kafka: Kafka) -> AsyncGenerator[list[Any]]:
    """What was told: payloads, and None whenever all was known."""
    told: list[Any] = []

    async def handle(events: Sequence[Received]) -> None:
        told.extend(event.payload for event in events)

    async def caught_up(_: float) -> None:
        told.append(None)

    follower = Follower("nowhere", ["t"], handle, caught_up, back_seconds=1, every_seconds=0.0)
    task = asyncio.create_task(follower.run())
    try:
        yield told
    finally:
        kafka.go_on.set()
        task.cancel()
        await asyncio.wait([task])


async def until(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.001)


async def test_it_tells_that_it_knows_all_when_it_has_read_to_the_end(kafka: Kafka) -> None:
    kafka.events = [b"a", b"b"]
    async with following_it(kafka) as told:
        await until(lambda: None in told)
    assert told[: told.index(None)] == [b"a", b"b"]


async def test_a_topic_that_kafka_cannot_tell_of_is_not_an_empty_one(kafka: Kafka) -> None:
    kafka.error = KafkaError(KafkaError.LEADER_NOT_AVAILABLE)
    async with following_it(kafka) as told:
        await until(lambda: "closed" in kafka.log)
        assert told == []
        kafka.error = None
        await until(lambda: None in told)


async def test_events_in_the_place_of_lost_ones_are_read(kafka: Kafka) -> None:
    kafka.events = [b"a", b"b", b"c"]
    async with following_it(kafka) as told:
        await until(lambda: None in told)
        kafka.events = [b"new"]
        kafka.go_on.set()
        await until(lambda: b"new" in told and None in told[told.index(b"new") :])
        assert told.count(b"new") == 1


async def test_a_consumer_is_closed_when_no_thread_is_in_it_any_more(kafka: Kafka) -> None:
    async def nothing(_: Any) -> None:
        pass

    task = asyncio.create_task(Follower("nowhere", ["t"], nothing, nothing, back_seconds=1).run())
    assert await asyncio.to_thread(kafka.inside.acquire, timeout=30)
    for _ in range(5):
        task.cancel()  # whoever ends it asks again
        await asyncio.sleep(0)
    kafka.go_on.set()
    await asyncio.wait([task])
    assert kafka.log == ["polled", "closed"]
