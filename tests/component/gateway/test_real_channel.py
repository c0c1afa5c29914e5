"""What protects gateway and subgraphs from each other, over real gRPC."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from emporium.account.v1 import account_pb2, account_pb2_grpc
from emporium.catalog.v1 import catalog_pb2, catalog_pb2_grpc
from emporium.order.v1 import order_pb2, order_pb2_grpc
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from chassis.rpc import server
from chassis.settings import Mode, Secret, ServiceSettings
from chassis.tasks import ended
from gateway.app import application
from gateway.metrics import Metrics
from gateway.settings import GatewaySettings
from tests.fakes.shop_slices import SLICES
from tests.fixtures.gateway import Issuer, listening
from tests.fixtures.processes import free_port

SECRET = Secret("s" * 32)
ORDERS = {"query": "{ orders(first: 1) { number } }"}
WATCH = 'subscription { orderUpdated(id: "ord_1") { order { number } } }'
BREAKS_AT = 10


@dataclass
class Servicers:
    """Three subgraphs; order does what a test tells it to."""

    issuer: Issuer = field(default_factory=Issuer)
    behaviour: str = "answer"
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    seconds_left: float = 0.0
    calls: int = 0

    async def behave(self, context: Any) -> None:
        self.calls += 1
        self.seconds_left = context.time_remaining() or 0.0
        if self.behaviour == "fail":
            raise ZeroDivisionError("host=10.0.0.7 password=hunter2")
        if self.behaviour != "hang":
            return
        self.entered.set()
        try:
            await asyncio.sleep(3_600)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


class Account(account_pb2_grpc.AccountServiceServicer):
    def __init__(self, servicers: Servicers) -> None:
        self._servicers = servicers

    async def GetJwks(self, request: Any, context: Any) -> Any:
        return account_pb2.GetJwksResponse(jwks_json=self._servicers.issuer.jwks(), issuer="emporium")

    async def ListRevokedSessions(self, request: Any, context: Any) -> Any:
        return account_pb2.ListRevokedSessionsResponse(cursor="1")


class Catalog(catalog_pb2_grpc.CatalogServiceServicer):
    async def BatchGetCategories(self, request: Any, context: Any) -> Any:
        found = catalog_pb2.Category(id=request.ids[0], name="One")
        return catalog_pb2.BatchGetCategoriesResponse(outcomes=[catalog_pb2.CategoryOutcome(category=found)])


class Orders(order_pb2_grpc.OrderServiceServicer):
    def __init__(self, servicers: Servicers) -> None:
        self._servicers = servicers

    async def ListOrders(self, request: Any, context: Any) -> Any:
        await self._servicers.behave(context)
        return order_pb2.OrderPage(nodes=[order_pb2.Order(id="ord_1", number="E-1")])

    async def WatchOrder(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield order_pb2.OrderUpdate(order=order_pb2.Order(id="ord_1", number="E-1", sequence=1))
        await self._servicers.behave(context)


@dataclass
class Shop:
    """A gateway on real channels."""

    http: httpx.AsyncClient
    servicers: Servicers
    metrics: Metrics
    order_port: int

    async def ask(self, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.servicers.issuer.token()}", "X-Request-ID": "find-me"}
        return (await self.http.post("/graphql", json=ORDERS, headers=headers, **options)).json()


@contextlib.asynccontextmanager
async def subgraph(name: str, add: Any, servicer: Any, port: int = 0) -> AsyncGenerator[int]:
    settings = ServiceSettings(internal_token_secret=SECRET)
    services = [(add, servicer, f"emporium.{name}.v1.{name.capitalize()}Service")]
    async with server(f"127.0.0.1:{port}", settings, audience=name, services=services) as opened:
        yield opened


def order_subgraph(servicers: Servicers, port: int) -> contextlib.AbstractAsyncContextManager[int]:
    return subgraph("order", order_pb2_grpc.add_OrderServiceServicer_to_server, Orders(servicers), port)


@contextlib.asynccontextmanager
async def running_shop(*, order: bool = True, **settings: Any) -> AsyncGenerator[Shop]:
    servicers, metrics, order_port = Servicers(), Metrics(), free_port()
    async with contextlib.AsyncExitStack() as stack:
        add_account = account_pb2_grpc.add_AccountServiceServicer_to_server
        account = await stack.enter_async_context(subgraph("account", add_account, Account(servicers)))
        add_catalog = catalog_pb2_grpc.add_CatalogServiceServicer_to_server
        catalog = await stack.enter_async_context(subgraph("catalog", add_catalog, Catalog()))
        if order:
            await stack.enter_async_context(order_subgraph(servicers, order_port))
        given = GatewaySettings(
            mode=Mode.PRODUCTION,
            internal_token_secret=SECRET,
            metrics_address="",
            account_address=f"127.0.0.1:{account}",
            catalog_address=f"127.0.0.1:{catalog}",
            order_address=f"127.0.0.1:{order_port}",
            **settings,
        )
        http = await stack.enter_async_context(listening(application(given, slices=SLICES, metrics=metrics)))
        yield Shop(http, servicers, metrics, order_port)


async def test_a_client_that_leaves_cancels_the_handler_in_the_subgraph() -> None:
    async with running_shop() as shop:
        shop.servicers.behaviour = "hang"
        asking = asyncio.create_task(shop.ask())
        await asyncio.wait_for(shop.servicers.entered.wait(), 10)
        asking.cancel()
        await asyncio.wait_for(shop.servicers.cancelled.wait(), 10)


async def test_a_socket_that_closes_ends_the_stream_in_the_subgraph() -> None:
    async with running_shop() as shop:
        shop.servicers.behaviour = "hang"
        address = f"ws://{shop.http.base_url.netloc.decode()}/graphql"
        socket = await connect(address, subprotocols=[Subprotocol("graphql-transport-ws")])
        payload = {"authorization": f"Bearer {shop.servicers.issuer.token()}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        await socket.recv()
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": WATCH}}))
        assert json.loads(await socket.recv())["payload"]["data"]["orderUpdated"]["order"]["number"] == "E-1"
        await asyncio.wait_for(shop.servicers.entered.wait(), 10)
        await socket.close()
        await asyncio.wait_for(shop.servicers.cancelled.wait(), 10)


async def test_the_request_has_one_deadline_which_the_subgraph_sees_and_which_ends_it_there() -> None:
    async with running_shop(request_seconds=1.0) as shop:
        shop.servicers.behaviour = "hang"
        answer = await shop.ask()
        (error,) = answer["errors"]
        assert (error["path"], error["extensions"]["code"]) == (["orders"], "TIMEOUT")
        assert 0 < shop.servicers.seconds_left < 1.1  # gRPC rounds up
        await asyncio.wait_for(shop.servicers.cancelled.wait(), 10)


async def test_what_went_wrong_inside_a_subgraph_is_not_told() -> None:
    async with running_shop() as shop:
        shop.servicers.behaviour = "fail"
        answer = await shop.ask()
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "find-me"}
        assert "hunter2" not in json.dumps(answer)
        assert "10.0.0.7" not in json.dumps(answer)


async def test_a_subgraph_that_is_away_is_left_alone_and_found_again() -> None:
    """Its breaker opens, others' answers are not delayed, and one trial call closes it."""
    async with running_shop(order=False, request_seconds=30.0) as shop:
        codes = [(await shop.ask())["errors"][0]["extensions"] for _ in range(BREAKS_AT + 1)]
        assert {code["code"] for code in codes} == {"UNAVAILABLE"}
        assert [code.get("reason") for code in codes].index("CIRCUIT_OPEN") == BREAKS_AT
        assert opened(shop, "opened") == opened(shop, "refused_open") == 1
        catalog = await shop.http.post("/graphql", json={"query": '{ category(id: "cat_1") { name } }'})
        assert catalog.json() == {"data": {"category": {"name": "One"}}}
        async with order_subgraph(shop.servicers, shop.order_port):
            while "errors" in (answer := await shop.ask()):
                await asyncio.sleep(0.05)
            assert answer["data"]["orders"] == [{"number": "E-1"}]
            assert opened(shop, "closed") == 1


def opened(shop: Shop, event: str) -> float:
    """How often the breaker of ListOrders did so."""
    labels = {"method": "/emporium.order.v1.OrderService/ListOrders", "event": event}
    return shop.metrics.registry.get_sample_value("emporium_gateway_rpc_guards_total", labels) or 0


@pytest.mark.parametrize("waiting", [2])
async def test_too_many_at_once_are_told_when_to_come_back(waiting: int) -> None:
    async with running_shop(max_in_flight=waiting) as shop:
        shop.servicers.behaviour = "hang"
        tasks = [asyncio.create_task(shop.ask()) for _ in range(waiting)]
        while shop.servicers.calls < waiting:
            await asyncio.sleep(0.01)
        refused = await shop.http.post("/graphql", json=ORDERS)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        await ended(*tasks)
