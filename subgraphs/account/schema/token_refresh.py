"""Mutation.tokenRefresh."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.token_payload import TokenPayload, device


@strawberry.input
class TokenRefreshInput:
    """The refresh token of the last pair."""

    refresh_token: str


@mutation(TokenPayload, permission=PUBLIC)
async def token_refresh(ctx: AccountContext, *, input: TokenRefreshInput) -> pb.TokenResponse:
    """The next pair of tokens. Using a refresh token again, later than a lost answer explains, ends the session."""
    request = pb.RefreshTokenRequest(refresh_token=input.refresh_token, device=device(ctx))
    return await ctx.account.RefreshToken(request)
