"""One arena for each module of these tests."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.fault.arena import Arena, arena
from tests.fault.ground import Grounds
from tests.fixtures.stack import SharedServers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def field(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Arena]:
    async with arena(servers, tmp_path_factory.mktemp("arena")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grounds(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Grounds]:
    made = Grounds(servers, lambda: tmp_path_factory.mktemp("ground"))
    try:
        yield made
    finally:
        await made.spoiled()
