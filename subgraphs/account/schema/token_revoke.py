"""Mutation.tokenRevoke."""

from typing import Any

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, UserError, computed, mutation, type_
from subgraphs.account.schema.context import AccountContext


@strawberry.input
class TokenRevokeInput:
    """Any refresh token of the session."""

    refresh_token: str


@type_(pb.RevokeTokenResponse, permission=PUBLIC)
class TokenRevokePayload:
    """The session is over, if there was one."""

    @computed(list[UserError])
    @staticmethod
    def user_errors(_: pb.RevokeTokenResponse) -> list[Any]:
        """Always empty: an unknown token is as good as an ended one."""
        return []


@mutation(TokenRevokePayload, permission=PUBLIC)
async def token_revoke(ctx: AccountContext, *, input: TokenRevokeInput) -> pb.RevokeTokenResponse:
    """Logs out on this device."""
    return await ctx.account.RevokeToken(pb.RevokeTokenRequest(refresh_token=input.refresh_token))
