"""Who may buy, asked of account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emporium.account.v1 import account_pb2 as pb

from chassis.errors import RemoteError
from chassis.identity import acting_as, service_caller
from subgraphs.order.saga.outcome import NotReached

if TYPE_CHECKING:
    # Only the type stubs know the async form.
    from emporium.account.v1.account_pb2_grpc import AccountServiceAsyncStub


class AccountUsers:
    def __init__(self, accounts: AccountServiceAsyncStub) -> None:
        self._accounts = accounts

    async def active(self, user_ids: Sequence[str]) -> set[str]:
        """Those that exist and are not blocked. Raises NotReached."""
        with acting_as(service_caller("order")):
            try:
                response = await self._accounts.BatchGetUsers(pb.BatchGetUsersRequest(ids=user_ids))
            except RemoteError as error:
                if error.retryable:
                    raise NotReached(str(error)) from error
                raise
        users = [outcome.user for outcome in response.outcomes if outcome.WhichOneof("outcome") == "user"]
        return {user.id for user in users if not user.blocked}
