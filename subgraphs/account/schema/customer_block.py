"""Mutation.customerBlock, for administrators."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import ADMIN, Long, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.customer_payload import CustomerPayload


@strawberry.input
class CustomerBlockInput:
    """Whom to block, or to let in again."""

    id: strawberry.ID
    blocked: bool = True
    expected_version: Long | None = None


@mutation(CustomerPayload, permission=ADMIN, admin=True)
async def customer_block(ctx: AccountContext, *, input: CustomerBlockInput) -> pb.UpdateUserResponse:
    """Blocks a customer and ends all their sessions, or unblocks."""
    request = pb.UpdateUserRequest(id=input.id, blocked=input.blocked, expected_version=input.expected_version)
    return await ctx.account.UpdateUser(request)
