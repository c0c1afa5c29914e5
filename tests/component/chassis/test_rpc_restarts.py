"""What callers notice when a server is restarted."""

import asyncio
from typing import Any

import pytest
from emporium.catalog.v1 import catalog_pb2 as pb
from emporium.catalog.v1 import catalog_pb2_grpc as catalog

from chassis.errors import RemoteError
from chassis.identity import TokenMinter
from chassis.rpc import channel, server
from chassis.settings import Secret, ServiceSettings
from tests.fixtures.processes import free_port

SETTINGS = ServiceSettings(internal_token_secret=Secret("s" * 32))
MINTER = TokenMinter(SETTINGS.internal_token_secret, "gateway")
READ = pb.BatchGetProductsRequest(ids=["prd_1"])


class Catalog(catalog.CatalogServiceServicer):
    """Takes a moment over each read, so that some are in flight whenever it stops."""

    async def BatchGetProducts(self, request: Any, context: Any) -> Any:
        await asyncio.sleep(0.005)
        return pb.BatchGetProductsResponse()


def catalog_on(port: int) -> Any:
    services = [(catalog.add_CatalogServiceServicer_to_server, Catalog(), "emporium.catalog.v1.CatalogService")]
    return server(f"127.0.0.1:{port}", SETTINGS, audience="catalog", services=services, drain_seconds=1)


@pytest.fixture
def port() -> int:
    return free_port()


async def test_no_read_fails_while_the_server_is_restarted_again_and_again(port: int) -> None:
    failures: list[RemoteError] = []
    answered = 0
    over = asyncio.Event()

    async def read_on(stub: Any) -> None:
        nonlocal answered
        while not over.is_set():
            try:
                await stub.BatchGetProducts(READ)
                answered += 1
            except RemoteError as error:
                failures.append(error)

    async with channel(
        f"127.0.0.1:{port}", audience="catalog", minter=MINTER, files=[pb.DESCRIPTOR], wait_for_ready=True
    ) as opened:
        stub = catalog.CatalogServiceStub(opened)
        readers = [asyncio.create_task(read_on(stub)) for _ in range(4)]
        for _ in range(5):
            async with catalog_on(port):
                before = answered
                while answered < before + 40 and not failures:
                    await asyncio.sleep(0.01)
        async with catalog_on(port):
            over.set()
            await asyncio.gather(*readers)
    assert failures == []


async def test_a_call_that_waits_still_keeps_its_deadline(port: int) -> None:
    waiting = channel(f"127.0.0.1:{port}", audience="catalog", minter=MINTER, timeout=0.3, wait_for_ready=True)
    async with waiting as opened:
        with pytest.raises(RemoteError) as told:
            await catalog.CatalogServiceStub(opened).BatchGetProducts(READ)
    assert told.value.status == "DEADLINE_EXCEEDED"
