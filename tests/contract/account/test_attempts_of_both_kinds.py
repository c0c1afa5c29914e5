"""One suite for counted attempts: on Redis, and in this process while Redis is away."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator

import pytest

from subgraphs.account.adapters.redis.attempts import RedisAttempts
from subgraphs.account.adapters.redis.connection import connection
from subgraphs.account.domain.attempt_limit import AttemptLimit
from tests.fixtures.stack import SharedServers

pytestmark = pytest.mark.servers


@pytest.fixture(params=["redis", "redis away", "no redis"])
async def attempts(request: pytest.FixtureRequest, servers: SharedServers) -> AsyncGenerator[RedisAttempts]:
    urls = {"redis": servers.redis_url, "redis away": "redis://127.0.0.1:1/0", "no redis": ""}
    # Forty connections at once may take their time on a busy machine; that is not Redis being away.
    async with connection(urls[request.param], timeout=10) as opened:
        yield RedisAttempts(opened)


def limit(attempts: int) -> AttemptLimit:
    return AttemptLimit(key=uuid.uuid4().hex, attempts=attempts)


async def test_attempts_at_once_are_counted_exactly(attempts: RedisAttempts) -> None:
    limits = [limit(10)]
    allowed = await asyncio.gather(*(attempts.allow(limits) for _ in range(40)))
    assert sum(allowed) == 10


async def test_a_forgiven_attempt_may_be_made_again(attempts: RedisAttempts) -> None:
    limits = [limit(1), limit(2)]
    assert await attempts.allow(limits)
    assert not await attempts.allow(limits)
    await attempts.forgive(limits)
    assert await attempts.allow(limits)


async def test_a_refused_attempt_counts_nowhere(attempts: RedisAttempts) -> None:
    narrow, wide = limit(1), limit(2)
    assert await attempts.allow([narrow, wide])
    assert not await attempts.allow([wide, narrow])
    assert await attempts.allow([wide])
    assert not await attempts.allow([wide])
