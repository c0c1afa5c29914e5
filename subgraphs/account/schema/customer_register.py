"""Mutation.customerRegister."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, UserError, mutation, type_
from subgraphs.account.schema.context import AccountContext


@strawberry.input
class CustomerRegisterInput:
    """Who registers."""

    email: str
    password: str = strawberry.field(description="8 to 128 characters.")
    first_name: str | None = None
    last_name: str | None = None


@type_(pb.CreateUserResponse, permission=PUBLIC)
class CustomerRegisterPayload:
    """Only what to mend: the answer is the same whether the e-mail was known or not. Log in with `tokenCreate`."""

    user_errors: list[UserError]


@mutation(CustomerRegisterPayload, permission=PUBLIC)
async def customer_register(ctx: AccountContext, *, input: CustomerRegisterInput) -> pb.CreateUserResponse:
    """Opens an account."""
    request = pb.CreateUserRequest(
        email=input.email,
        password=input.password,
        first_name=input.first_name,
        last_name=input.last_name,
        conceal=True,
    )
    return await ctx.account.CreateUser(request)
