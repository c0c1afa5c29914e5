"""The composition root: settings → channels, keys, graph, endpoints."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

import grpc.aio
from emporium.account.v1 import account_pb2
from emporium.account.v1.account_pb2_grpc import AccountServiceStub
from emporium.catalog.v1 import catalog_pb2
from emporium.catalog.v1.catalog_pb2_grpc import CatalogServiceStub, InventoryServiceStub
from emporium.order.v1 import cart_pb2, order_pb2
from emporium.order.v1.cart_pb2_grpc import CartServiceStub
from emporium.order.v1.order_pb2_grpc import OrderServiceStub

from chassis.identity import TokenMinter
from chassis.rpc import channel
from gateway.auth import Authenticator
from gateway.context import Backends
from gateway.settings import GatewaySettings


@dataclass(frozen=True, kw_only=True)
class Subgraphs:
    """The open connections."""

    backends: Backends
    channels: Mapping[str, grpc.aio.Channel]


@contextlib.asynccontextmanager
async def subgraphs(settings: GatewaySettings) -> AsyncGenerator[Subgraphs]:
    """Channels to all subgraphs. They connect by themselves, now and after every restart of the other side."""
    minter = TokenMinter(settings.internal_token_secret, "gateway")
    wanted = {
        "account": (settings.account_address, [account_pb2.DESCRIPTOR]),
        "catalog": (settings.catalog_address, [catalog_pb2.DESCRIPTOR]),
        "order": (settings.order_address, [order_pb2.DESCRIPTOR, cart_pb2.DESCRIPTOR]),
    }
    async with contextlib.AsyncExitStack() as stack:
        opened = {
            name: await stack.enter_async_context(
                channel(
                    address,
                    audience=name,
                    minter=minter,
                    files=files,
                    timeout=settings.request_seconds,
                    wait_for_ready=settings.wait_for_servers,
                )
            )
            for name, (address, files) in wanted.items()
        }
        backends = Backends(
            account=AccountServiceStub(opened["account"]),
            catalog=CatalogServiceStub(opened["catalog"]),
            inventory=InventoryServiceStub(opened["catalog"]),
            carts=CartServiceStub(opened["order"]),
            orders=OrderServiceStub(opened["order"]),
        )
        yield Subgraphs(backends=backends, channels=opened)


@contextlib.asynccontextmanager
async def polling(authenticator: Authenticator) -> AsyncGenerator[None]:
    """Keeps the authenticator's keys and revoked sessions fresh."""
    tasks = [asyncio.create_task(authenticator.poll_keys()), asyncio.create_task(authenticator.poll_revoked())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
