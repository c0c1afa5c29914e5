"""One arena for each module of these tests."""

import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fault.arena import Arena, arena
from tests.fault.ground import Grounds
from tests.fixtures.stack import SharedServers

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is slow here runs with FAULT_LONG=1, as `make fault` sets it."""
    if os.getenv("FAULT_LONG"):
        return
    slow = [item for item in items if HERE in item.path.parents and item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]


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
