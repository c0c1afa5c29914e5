"""Kafka in, for a process that wants to know what changes: every process reads all events, and keeps no place.

It begins some seconds in the past, so that what was announced while it was not there is not missed, and tells when it
has read everything there was: as long as it keeps telling so, nothing is unknown to it for longer than that.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from chassis.consuming import closed, in_thread
from chassis.ids import new_id
from chassis.inbox import Received, received

log = structlog.get_logger("following")

BATCH: Final = 500
ASK_SECONDS: Final = 2.0
"""How long Kafka may take to say where its topics end."""

Handler = Callable[[Sequence[Received]], Awaitable[None]]
CaughtUp = Callable[[float], Awaitable[None]]
Place = tuple[str, int]
"""Topic and partition."""


class Follower:
    """Reads topics to their ends, again and again; `run()` until cancelled. Kafka may be away: it waits."""

    def __init__(
        self,
        bootstrap_servers: str,
        topics: Sequence[str],
        handle: Handler,
        caught_up: CaughtUp,
        *,
        back_seconds: float,
        every_seconds: float = 2.0,
    ) -> None:
        """`caught_up` is told up to when (`time.monotonic`) all that was announced has been handled, about once every
        so many seconds. `handle` gets events in order of their aggregates, some more than once."""
        self._topics = list(topics)
        self._handle = handle
        self._caught_up = caught_up
        self._back = back_seconds
        self._every = every_seconds
        self._positions: dict[Place, int] = {}
        """The next offset to handle."""
        self._config: dict[str, Any] = {
            "bootstrap.servers": bootstrap_servers,
            # A group is asked for by the client, and never used: partitions are assigned here and no place is kept.
            "group.id": new_id("fol"),
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "latest",
            "allow.auto.create.topics": True,
            "topic.metadata.refresh.interval.ms": 5_000,
            "reconnect.backoff.max.ms": 2_000,
            "fetch.wait.max.ms": 200,
            "log_level": 0,
        }

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            consumer = Consumer(self._config)
            try:
                await self._follow(consumer)
            except KafkaException as error:
                log.warning("following.waiting", topics=self._topics, error=str(error))
                await asyncio.sleep(self._every)
            finally:
                await closed(consumer)

    async def _follow(self, consumer: Consumer) -> None:
        if not self._positions:
            self._positions = await in_thread(self._begin, consumer)
        self._assign(consumer)
        asked = float("-inf")
        ends: dict[Place, int] | None = None
        while True:
            if time.monotonic() - asked >= self._every:
                asked = time.monotonic()
                bounds = await in_thread(self._bounds, consumer)
                self._correct(consumer, bounds)
                ends = {place: end for place, (_, end) in bounds.items()}
                if any(self._positions[place] > end for place, end in ends.items()):
                    # Kafka has lost what was read already, and may have other events in its place.
                    log.warning("following.begins_anew", topics=self._topics)
                    self._positions = {}
                    return
            if ends is not None and all(self._positions[place] >= end for place, end in ends.items()):
                await self._caught_up(asked)
                ends = None
            await self._take(await in_thread(self._arrived, consumer))

    def _arrived(self, consumer: Consumer) -> list[Any]:
        """What is there, as soon as something is."""
        first = consumer.poll(self._every / 2)
        return [first, *consumer.consume(BATCH, 0)] if first is not None else []

    def _assign(self, consumer: Consumer) -> None:
        consumer.assign([TopicPartition(topic, number, at) for (topic, number), at in self._positions.items()])

    def _correct(self, consumer: Consumer, bounds: Mapping[Place, tuple[int, int]]) -> None:
        """Partitions are new, or have forgotten what was to be read next: so long ago that nobody remembers either."""
        moved = {place: start for place, (start, _) in bounds.items() if self._positions.get(place, -1) < start}
        if moved:
            self._positions |= moved
            self._assign(consumer)

    def _begin(self, consumer: Consumer) -> dict[Place, int]:
        """The first offset of each partition that is not too long ago."""
        since = int((time.time() - self._back) * 1000)
        wanted = [TopicPartition(topic, number, since) for topic, number in self._places(consumer)]
        # Asked first: what is announced meanwhile lies behind them.
        ends = {place: end for place, (_, end) in self._bounds(consumer).items()}
        found = consumer.offsets_for_times(wanted, timeout=ASK_SECONDS) if wanted else []
        return {
            (each.topic, each.partition): each.offset if each.offset >= 0 else ends[each.topic, each.partition]
            for each in found
        }

    def _places(self, consumer: Consumer) -> list[Place]:
        """All partitions; none of a topic that its first event has yet to make. Raises KafkaException."""
        return [(topic, number) for topic in self._topics for number in _partitions(consumer, topic)]

    def _bounds(self, consumer: Consumer) -> dict[Place, tuple[int, int]]:
        """Where each partition starts and ends now. Raises KafkaException when Kafka does not say."""
        return {
            place: consumer.get_watermark_offsets(TopicPartition(*place), timeout=ASK_SECONDS, cached=False)
            for place in self._places(consumer)
        }

    async def _take(self, messages: Sequence[Any]) -> None:
        good = [message for message in messages if message.error() is None]
        if good:
            await self._handle([received(message) for message in good])
        for message in good:
            self._positions[message.topic(), message.partition()] = message.offset() + 1


def _partitions(consumer: Consumer, topic: str) -> list[int]:
    found = consumer.list_topics(topic, timeout=ASK_SECONDS).topics[topic]
    if found.error is not None and found.error.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
        raise KafkaException(found.error)
    return list(found.partitions)
