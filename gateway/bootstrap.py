"""The composition root: settings → channels, keys, graph, endpoints."""

import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import grpc.aio
from emporium.account.v1 import account_pb2
from emporium.account.v1.account_pb2_grpc import AccountServiceStub
from emporium.catalog.v1 import catalog_pb2, collection_pb2, job_pb2, merchandising_pb2, product_pb2
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.catalog.v1.collection_pb2_grpc import CollectionServiceStub
from emporium.catalog.v1.job_pb2_grpc import JobServiceStub
from emporium.catalog.v1.merchandising_pb2_grpc import MerchandisingServiceStub
from emporium.catalog.v1.product_pb2_grpc import ProductServiceStub
from emporium.order.v1 import cart_pb2, order_pb2
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub
from redis.asyncio import Redis

from chassis.following import Follower
from chassis.graph.shared import LONGEST_KEPT
from chassis.graph.slice import Slice
from chassis.identity import TokenMinter
from chassis.resilience import Guards
from chassis.rpc import channel
from chassis.run import background
from gateway.auth import Authenticator
from gateway.context import Backends
from gateway.metrics import Metrics
from gateway.rate import RateLimit, RedisLedger
from gateway.searches.counting import SearchCount
from gateway.searches.telling import SearchTeller
from gateway.settings import GatewaySettings
from gateway.sharing.behind import RedisRows
from gateway.sharing.feed import Feed
from gateway.sharing.sharing import Sharing
from gateway.sharing.store import Store

FILES: Final[Mapping[str, Sequence[Any]]] = {
    "account": [account_pb2.DESCRIPTOR],
    "catalog": [
        catalog_pb2.DESCRIPTOR,
        collection_pb2.DESCRIPTOR,
        job_pb2.DESCRIPTOR,
        merchandising_pb2.DESCRIPTOR,
        product_pb2.DESCRIPTOR,
    ],
    "order": [order_pb2.DESCRIPTOR, cart_pb2.DESCRIPTOR],
}
"""Where each subgraph's services are described: what a channel does not know of, it does not retry."""
REDIS_SECONDS = 0.1
BACK_SECONDS = 2 * LONGEST_KEPT
"""How far back announcements are read at start: rows in Redis may be from before."""


@dataclass(frozen=True, kw_only=True)
class Subgraphs:
    """The open connections."""

    backends: Backends
    channels: Mapping[str, grpc.aio.Channel]
    guards: Guards = field(default_factory=Guards)
    """Of all RPCs: they tell `watch` when they refuse one."""


@contextlib.asynccontextmanager
async def subgraphs(settings: GatewaySettings) -> AsyncGenerator[Subgraphs]:
    """Channels to all subgraphs. They connect by themselves, now and after every restart of the other side."""
    minter = TokenMinter(settings.internal_token_secret, "gateway")
    addresses = {
        "account": settings.account_address,
        "catalog": settings.catalog_address,
        "order": settings.order_address,
    }
    guards = Guards()
    async with contextlib.AsyncExitStack() as stack:
        opened = {
            name: await stack.enter_async_context(
                channel(
                    address,
                    audience=name,
                    minter=minter,
                    files=FILES[name],
                    timeout=settings.request_seconds,
                    wait_for_ready=settings.wait_for_servers,
                    guards=guards,
                )
            )
            for name, address in addresses.items()
        }
        backends = Backends(
            account=AccountServiceStub(opened["account"]),
            catalog=CatalogServiceStub(opened["catalog"]),
            collections=CollectionServiceStub(opened["catalog"]),
            inventory=InventoryServiceStub(opened["catalog"]),
            jobs=JobServiceStub(opened["catalog"]),
            merchandising=MerchandisingServiceStub(opened["catalog"]),
            products=ProductServiceStub(opened["catalog"]),
            carts=CartServiceStub(opened["order"]),
            orders=OrderServiceStub(opened["order"]),
        )
        yield Subgraphs(backends=backends, channels=opened, guards=guards)


@contextlib.asynccontextmanager
async def rate_limit(settings: GatewaySettings, metrics: Metrics) -> AsyncGenerator[RateLimit | None]:
    """Clients' budgets, in Redis where there is one; connects at the first lease."""
    if not settings.units_a_minute:
        yield None
        return
    alone = metrics.rate_alone.inc
    if not settings.redis_url:
        yield RateLimit(settings.units_a_minute, on_fallback=alone)
        return
    redis: Any = Redis.from_url(
        settings.redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None
    )
    try:
        yield RateLimit(settings.units_a_minute, RedisLedger(redis), on_fallback=alone)
    finally:
        await redis.aclose()


@contextlib.asynccontextmanager
async def sharing(
    settings: GatewaySettings, metrics: Metrics, slices: Sequence[Slice]
) -> AsyncGenerator[Sharing | None]:
    """What requests share, kept true by what the subgraphs announce."""
    if not settings.share:
        yield None
        return
    store = Store(settings.kept_megabytes * 1024 * 1024)
    metrics.watch_kept(lambda: store.bytes, lambda: len(store), lambda: store.trusted)
    async with contextlib.AsyncExitStack() as stack:
        behind: RedisRows | None = None
        if settings.redis_url and settings.kafka_bootstrap_servers and settings.keep_in_redis:
            behind = await stack.enter_async_context(_rows_in_redis(settings.redis_url, store, metrics))
        feed = Feed(slices, store, metrics, behind)
        if settings.kafka_bootstrap_servers and feed.topics:
            follower = Follower(
                settings.kafka_bootstrap_servers, feed.topics, feed.handle, feed.caught_up, back_seconds=BACK_SECONDS
            )
            await stack.enter_async_context(background({"following": follower.run}))
        yield Sharing(store, metrics, behind=behind)


@contextlib.asynccontextmanager
async def _rows_in_redis(url: str, store: Store, metrics: Metrics) -> AsyncGenerator[RedisRows]:
    redis: Any = Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None)
    rows = RedisRows(redis, store, metrics, longest_kept=LONGEST_KEPT)
    try:
        yield rows
    finally:
        await rows.close()
        await redis.aclose()


@contextlib.asynccontextmanager
async def counted_searches(
    settings: GatewaySettings, metrics: Metrics, backends: Backends
) -> AsyncGenerator[SearchCount | None]:
    """What shoppers search for, told to catalog every minute and at the end."""
    if not settings.learn_queries:
        yield None
        return
    count = SearchCount(settings.internal_token_secret, metrics)
    teller = SearchTeller(count, backends.merchandising, metrics)
    async with background({"searches": teller.run}):
        yield count
    await teller.finish()


@contextlib.asynccontextmanager
async def polling(authenticator: Authenticator) -> AsyncGenerator[None]:
    """Keeps the authenticator's keys and revoked sessions fresh."""
    async with background({"keys": authenticator.poll_keys, "revoked": authenticator.poll_revoked}):
        yield
