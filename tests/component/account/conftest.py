"""An account service on a database of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

import pytest

from chassis.migrate import migrate
from chassis.settings import Secret
from subgraphs.account.bootstrap import MIGRATIONS
from tests.component.account.running import Account, running_account
from tests.fixtures.stack import SharedServers


@pytest.fixture
async def account(servers: SharedServers, fresh_database: Callable[[str], str]) -> AsyncGenerator[Account]:
    url = fresh_database("account")
    migrate(Secret(url), MIGRATIONS)
    async with running_account(url, servers.redis_url) as running:
        yield running


@pytest.fixture
async def account_without_redis(fresh_database: Callable[[str], str]) -> AsyncGenerator[Account]:
    url = fresh_database("account")
    migrate(Secret(url), MIGRATIONS)
    async with running_account(url, "redis://127.0.0.1:1/0") as running:
        yield running
