"""Each adapter of the payment port, at a sandbox of its own."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from subgraphs.order.checkout.ports import Payments
from tests.fixtures.payment_sandbox import Sandbox, running_sandbox
from tests.fixtures.payments import PROVIDERS, adapter


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def folder(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp(provider)


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Generator[Sandbox]:
    """Each adapter's own, so that both may use the same keys."""
    with running_sandbox(folder, HANG_SECONDS="60", SLOW_SECONDS="0.05") as running:
        yield running


@pytest_asyncio.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def payments(provider: str, session: aiohttp.ClientSession, sandbox: Sandbox) -> Payments:
    return adapter(provider, session, sandbox.url)


@pytest.fixture
def hasty(provider: str, session: aiohttp.ClientSession, sandbox: Sandbox) -> Payments:
    """Gives up on an answer that does not come."""
    return adapter(provider, session, sandbox.url, timeout=1)
