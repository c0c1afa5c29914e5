"""Mutation.customerPasswordChange."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, SIGNED_IN, UserError, mutation, type_
from subgraphs.account.schema.context import AccountContext


@strawberry.input
class CustomerPasswordChangeInput:
    """The old and the new password."""

    current_password: str
    new_password: str = strawberry.field(description="8 to 128 characters.")


@type_(pb.ChangePasswordResponse, permission=PUBLIC)
class CustomerPasswordChangePayload:
    """Nothing to mend: the password is changed and all other sessions have ended."""

    user_errors: list[UserError]


@mutation(CustomerPasswordChangePayload, permission=SIGNED_IN)
async def customer_password_change(
    ctx: AccountContext, *, input: CustomerPasswordChangeInput
) -> pb.ChangePasswordResponse:
    """Changes one's own password and logs out everywhere else."""
    request = pb.ChangePasswordRequest(current_password=input.current_password, new_password=input.new_password)
    return await ctx.account.ChangePassword(request)
