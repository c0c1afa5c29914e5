"""What this slice's resolvers are given."""

from typing import TYPE_CHECKING, Protocol

from chassis.graph import Context

if TYPE_CHECKING:  # the stub's asyncio form exists for the type checker only
    from emporium.account.v1.account_pb2_grpc import AccountServiceAsyncStub


class AccountContext(Context, Protocol):
    """One operation of one caller, with the service it asks."""

    account: "AccountServiceAsyncStub"
