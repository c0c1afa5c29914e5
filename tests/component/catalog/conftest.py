"""A catalog service on a database of its own, with and without a search engine."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb

from chassis.errors import RemoteError
from tests.fixtures.catalog import RunningCatalog, running_catalog
from tests.fixtures.stack import SharedServers

PATIENCE_SECONDS = 60


@pytest.fixture
async def catalog(fresh_database: Callable[[str], str]) -> AsyncGenerator[RunningCatalog]:
    """Without Kafka and Elasticsearch: only PostgreSQL is vital."""
    async with running_catalog(fresh_database("catalog")) as running:
        yield running


@pytest.fixture
async def searchable(servers: SharedServers, fresh_database: Callable[[str], str]) -> AsyncGenerator[RunningCatalog]:
    """With its index ready."""
    async with running_catalog(
        fresh_database("catalog"),
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        elasticsearch_url=servers.elasticsearch_url,
        search_consumer_group=f"test-{uuid.uuid4().hex[:12]}",
        # The machine may be busy with other tests; a slow answer is not what these are about.
        search_timeout_seconds=20.0,
    ) as running:
        await until(lambda: index_available(running))
        yield running


async def index_available(running: RunningCatalog) -> bool:
    return bool((await running.catalog.GetIndexStatus(pb.GetIndexStatusRequest())).available)


async def indexed(running: RunningCatalog) -> bool:
    status = await running.catalog.GetIndexStatus(pb.GetIndexStatusRequest())
    return status.available and not status.pending_count and status.indexed_count == status.product_count


async def until(condition: Callable[[], Awaitable[bool]]) -> float:
    """Waits for the condition; returns the seconds it took."""
    started = time.monotonic()
    while not await met(condition):
        if time.monotonic() - started > PATIENCE_SECONDS:
            pytest.fail("it did not come about in time")
        await asyncio.sleep(0.02)
    return time.monotonic() - started


async def met(condition: Callable[[], Awaitable[bool]]) -> bool:
    """A call that comes too late on a busy machine is asked again."""
    try:
        return await condition()
    except RemoteError as error:
        if error.status not in ("DEADLINE_EXCEEDED", "UNAVAILABLE"):
            raise
        return False
