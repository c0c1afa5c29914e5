"""Budgets of clients in a real Redis, and without one."""

from redis.asyncio import Redis

from chassis.ids import new_id
from gateway.rate import WINDOW_SECONDS, RateLimit, RedisLedger
from tests.fixtures.gateway import running_gateway
from tests.fixtures.stack import SharedServers


async def test_processes_share_a_clients_budget_and_its_counter_expires(servers: SharedServers) -> None:
    redis = Redis.from_url(servers.redis_url)
    client = new_id("usr")
    processes = [RateLimit(150, RedisLedger(redis), clock=lambda: 60.0) for _ in range(2)]
    refused = [await process.spend(client, 30) for process in processes * 4]
    assert refused.count(0) == 5
    assert 0 < await redis.ttl(f"emporium:rate:{client}:1") <= 2 * WINDOW_SECONDS
    await redis.aclose()


async def test_a_redis_that_is_away_keeps_no_shopper_out() -> None:
    async with running_gateway(rate_limit=1_000, redis_url="redis://127.0.0.1:1/0") as gateway:
        answers = [await gateway.post("{ products { totalCount } }") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
