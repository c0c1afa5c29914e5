"""Mutation.customerDelete."""

from typing import Any

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, SIGNED_IN, UserError, computed, mutation, type_
from subgraphs.account.schema.context import AccountContext


@strawberry.input
class CustomerDeleteInput:
    """Named, so that nobody is erased by accident: `me.id`, or anyone for administrators."""

    id: strawberry.ID


@type_(pb.DeleteUserResponse, permission=PUBLIC)
class CustomerDeletePayload:
    """Whose personal data is gone; orders keep the id."""

    deleted_id: strawberry.ID

    @computed(list[UserError])
    @staticmethod
    def user_errors(_: pb.DeleteUserResponse) -> list[Any]:
        """Always empty."""
        return []


@mutation(CustomerDeletePayload, permission=SIGNED_IN)
async def customer_delete(ctx: AccountContext, *, input: CustomerDeleteInput) -> pb.DeleteUserResponse:
    """Erases a customer's personal data and ends all sessions. It cannot be undone."""
    return await ctx.account.DeleteUser(pb.DeleteUserRequest(id=input.id))
