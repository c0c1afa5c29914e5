"""One order side for each module of these tests."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fixtures.order import RunningOrder, running_order
from tests.fixtures.stack import SharedServers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(servers: SharedServers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[RunningOrder]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    async with running_order(servers, folder) as running:
        yield running
