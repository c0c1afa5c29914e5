"""What still works while a server hangs or is gone, and that nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from emporium.account.v1 import account_pb2 as pb

from chassis.errors import RemoteError
from chassis.identity import acting_as, service_caller
from chassis.migrate import migrate
from chassis.settings import Secret
from infra.embedded.stack import RunningServers
from subgraphs.account.bootstrap import MIGRATIONS
from tests.component.account.running import Account, running_account, signed_in

pytestmark = pytest.mark.servers


async def test_logins_go_on_while_redis_hangs_and_sessions_survive_a_killed_database(
    own_servers: Callable[..., AbstractContextManager[RunningServers]],
) -> None:
    with own_servers("postgres", "redis") as servers:
        migrate(Secret(servers.database_url("account")), MIGRATIONS)
        async with running_account(servers.database_url("account"), servers.redis_url) as account:
            user = await account.register()

            servers.freeze("redis")
            started = time.monotonic()
            tokens = await account.log_in(user.email)
            assert tokens.access_token
            # One try at Redis times out, then it is left alone.
            assert time.monotonic() - started < 2
            servers.thaw("redis")

            await asyncio.to_thread(servers.kill, "postgres")
            with acting_as(service_caller("order")), pytest.raises(RemoteError) as refused:
                await account.stub.BatchGetUsers(pb.BatchGetUsersRequest(ids=[user.id]), timeout=2)
            assert refused.value.status in {"UNAVAILABLE", "DEADLINE_EXCEEDED"}
            await asyncio.to_thread(servers.restart, "postgres")

            assert (await _refreshed(account, tokens.refresh_token)).access_token
            with signed_in(user, tokens):
                listed = await account.stub.BatchListSessions(pb.BatchListSessionsRequest(user_ids=[user.id]))
            assert len(listed.lists[0].sessions) == 1


async def _refreshed(account: Account, refresh_token: str) -> pb.TokenResponse:
    """The pool notices each of its broken connections once, by a call that fails."""
    for _ in range(account.settings.database_pool_size):
        try:
            return await account.refresh(refresh_token)
        except RemoteError as error:
            assert error.status == "UNAVAILABLE"  # noqa: PT017
    raise AssertionError("the database is back, but the service does not use it")
