"""Servers and channels over real gRPC on the loopback interface."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import catalog_pb2_grpc as catalog
from emporium.order.v1 import order_pb2, order_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import deadline, identity
from chassis.errors import Forbidden, NotFound, RemoteError
from chassis.identity import Caller, TokenMinter, acting_as
from chassis.rpc import channel, server, service_config
from chassis.settings import Secret, ServiceSettings

SETTINGS = ServiceSettings(internal_token_secret=Secret("s" * 32))
SHOPPER = Caller(user_id="usr_1", roles=frozenset({"customer"}), request_id="req_7")


class UnknownThing(NotFound):
    """There is no such thing here."""

    reason = "UNKNOWN_THING"


class Catalog(catalog.CatalogServiceServicer):
    seen: Caller | None = None
    seconds = 0.0

    async def BatchGetProducts(self, request: Any, context: Any) -> Any:
        if request.ids:
            raise UnknownThing(id=request.ids[0])
        Catalog.seen, Catalog.seconds = identity.current(), deadline.remaining(999)
        return pb.BatchGetProductsResponse()

    async def SearchProducts(self, request: Any, context: Any) -> Any:
        raise ZeroDivisionError("a secret detail")


class Orders(order_pb2_grpc.OrderServiceServicer):
    async def WatchOrder(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield order_pb2.OrderUpdate(order=order_pb2.Order(id="ord_1"))
        raise Forbidden


@pytest.fixture
async def port() -> AsyncIterator[int]:
    services = [
        (catalog.add_CatalogServiceServicer_to_server, Catalog(), "emporium.catalog.v1.CatalogService"),
        (order_pb2_grpc.add_OrderServiceServicer_to_server, Orders(), "emporium.order.v1.OrderService"),
    ]
    async with server("127.0.0.1:0", SETTINGS, audience="catalog", services=services) as port:
        yield port


@pytest.fixture
async def opened(port: int) -> AsyncIterator[grpc.aio.Channel]:
    minter = TokenMinter(SETTINGS.internal_token_secret, "gateway")
    async with channel(f"127.0.0.1:{port}", audience="catalog", minter=minter, files=[pb.DESCRIPTOR]) as opened:
        yield opened


async def test_a_call_carries_identity_request_id_and_deadline(opened: grpc.aio.Channel) -> None:
    with acting_as(SHOPPER), deadline.within(2):
        await catalog.CatalogServiceStub(opened).BatchGetProducts(pb.BatchGetProductsRequest())
    assert Catalog.seen is not None
    assert (Catalog.seen.user_id, Catalog.seen.service, Catalog.seen.request_id) == ("usr_1", "gateway", "req_7")
    assert 0 < Catalog.seconds <= 2


async def test_a_domain_error_arrives_with_its_reason_and_facts(opened: grpc.aio.Channel) -> None:
    with pytest.raises(RemoteError) as told:
        await catalog.CatalogServiceStub(opened).BatchGetProducts(pb.BatchGetProductsRequest(ids=["prd_9"]))
    error = told.value
    assert (error.status, error.code, error.reason) == ("NOT_FOUND", "NOT_FOUND", "UNKNOWN_THING")
    assert error.facts == {"id": "prd_9"}
    assert error.method.endswith("/BatchGetProducts")


async def test_an_error_arrives_however_long_what_it_names_is(opened: grpc.aio.Channel) -> None:
    for letter in "xé":
        with pytest.raises(RemoteError) as told:
            await catalog.CatalogServiceStub(opened).BatchGetProducts(pb.BatchGetProductsRequest(ids=[letter * 50_000]))
        assert (told.value.reason, told.value.facts) == ("UNKNOWN_THING", {"id": letter * 200})


async def test_an_unforeseen_error_is_hidden(opened: grpc.aio.Channel) -> None:
    with pytest.raises(RemoteError) as told:
        await catalog.CatalogServiceStub(opened).SearchProducts(pb.SearchProductsRequest())
    assert told.value.code == "INTERNAL_SERVER_ERROR"
    assert "secret" not in told.value.message


async def test_a_stream_ends_with_its_error(opened: grpc.aio.Channel) -> None:
    stub = order_pb2_grpc.OrderServiceStub(opened)
    seen: list[str] = []
    with pytest.raises(RemoteError) as told:
        async for update in stub.WatchOrder(order_pb2.WatchOrderRequest(order_id="ord_1")):
            seen.append(update.order.id)
    assert (seen, told.value.code) == (["ord_1"], "FORBIDDEN")


async def test_a_call_without_an_internal_token_is_refused_in_every_mode(port: int) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as bare:
        with pytest.raises(grpc.aio.AioRpcError) as told:
            await catalog.CatalogServiceStub(bare).BatchGetProducts(pb.BatchGetProductsRequest())
        assert told.value.code() is grpc.StatusCode.UNAUTHENTICATED
        answer = await health_pb2_grpc.HealthStub(bare).Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_a_server_that_is_away_is_unavailable() -> None:
    minter = TokenMinter(SETTINGS.internal_token_secret, "gateway")
    async with channel("127.0.0.1:1", audience="catalog", minter=minter) as closed:
        with pytest.raises(RemoteError) as told:
            await catalog.CatalogServiceStub(closed).BatchGetProducts(pb.BatchGetProductsRequest())
    assert told.value.code == "UNAVAILABLE"


def test_only_methods_without_side_effects_are_retried() -> None:
    config = service_config([pb.DESCRIPTOR])
    assert '"BatchGetProducts"' in config
    assert '"UpsertProducts"' not in config
