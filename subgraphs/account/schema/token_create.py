"""Mutation.tokenCreate."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.token_payload import TokenPayload, device


@strawberry.input
class TokenCreateInput:
    """Who logs in."""

    email: str
    password: str


@mutation(TokenPayload, permission=PUBLIC)
async def token_create(ctx: AccountContext, *, input: TokenCreateInput) -> pb.TokenResponse:
    """Logs in."""
    request = pb.AuthenticateUserRequest(email=input.email, password=input.password, device=device(ctx))
    return await ctx.account.AuthenticateUser(request)
