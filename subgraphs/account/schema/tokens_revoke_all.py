"""Mutation.tokensRevokeAll."""

from emporium.account.v1 import account_pb2 as pb

from chassis.graph import SIGNED_IN, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.sessions_payload import SessionsRevokePayload


@mutation(SessionsRevokePayload, permission=SIGNED_IN)
async def tokens_revoke_all(ctx: AccountContext) -> pb.RevokeSessionsResponse:
    """Logs out on all devices, this one included."""
    return await ctx.account.RevokeSessions(pb.RevokeSessionsRequest())
