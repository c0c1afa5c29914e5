"""The GraphQL type Customer: whoever logs in, staff included."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import (
    OWNER_OR_STAFF,
    SUPPORT,
    CurrencyCode,
    Long,
    Node,
    attribute,
    batched,
    lookup,
    outcomes,
    type_,
)
from subgraphs.account.schema.address import CustomerAddress
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.role import Role
from subgraphs.account.schema.session import Session


@type_(pb.Preferences, permission=OWNER_OR_STAFF)
class CustomerPreferences:
    """How the shop talks to a customer."""

    locale: str | None = attribute(description='A language tag such as "pt-BR"; null follows the shop.')
    currency_code: CurrencyCode | None = attribute(description="null follows the shop.")
    newsletter: bool


@type_(pb.User, keys=["id"], node="usr", permission=OWNER_OR_STAFF)
class Customer(Node):
    """Someone with an account. Customers see themselves, support and administrators everyone."""

    id: strawberry.ID
    email: str
    first_name: str | None
    last_name: str | None
    roles: list[Role]
    preferences: CustomerPreferences
    created_at: datetime
    blocked: bool = attribute(permission=SUPPORT, admin=True, description="A blocked customer cannot log in.")
    version: Long = attribute(permission=SUPPORT, admin=True, description="Rises with every change.")

    @lookup
    @staticmethod
    async def by_id(ids: Sequence[str], ctx: AccountContext) -> list[Any]:
        """Rows in key order."""
        return outcomes(await ctx.account.BatchGetUsers(pb.BatchGetUsersRequest(ids=ids)))

    @batched(list[CustomerAddress], permission=OWNER_OR_STAFF)
    @staticmethod
    async def addresses(customers: list[pb.User], ctx: AccountContext) -> list[Any]:
        """The address book, oldest entry first; at most 50."""
        return [book.addresses for book in await _address_books(customers, ctx)]

    @batched(CustomerAddress | None, permission=OWNER_OR_STAFF)
    @staticmethod
    async def default_address(customers: list[pb.User], ctx: AccountContext) -> list[Any]:
        """The address that checkouts propose first."""
        books = await _address_books(customers, ctx)
        return [next((entry for entry in book.addresses if entry.is_default), None) for book in books]

    @batched(list[Session], permission=OWNER_OR_STAFF)
    @staticmethod
    async def sessions(customers: list[pb.User], ctx: AccountContext) -> list[Any]:
        """The devices the customer is logged in on, used last first."""
        ids = [customer.id for customer in customers]
        answer = await ctx.account.BatchListSessions(pb.BatchListSessionsRequest(user_ids=ids))
        return [found.sessions for found in answer.lists]


async def _address_books(customers: list[pb.User], ctx: AccountContext) -> Sequence[pb.AddressList]:
    ids = [customer.id for customer in customers]
    return (await ctx.account.BatchListAddresses(pb.BatchListAddressesRequest(user_ids=ids))).lists
