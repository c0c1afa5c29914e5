"""Mutation.sessionRevoke."""

import strawberry
from emporium.account.v1 import account_pb2 as pb

from chassis.graph import SIGNED_IN, mutation
from subgraphs.account.schema.context import AccountContext
from subgraphs.account.schema.sessions_payload import SessionsRevokePayload


@strawberry.input
class SessionRevokeInput:
    """One of `me.sessions`."""

    id: strawberry.ID


@mutation(SessionsRevokePayload, permission=SIGNED_IN)
async def session_revoke(ctx: AccountContext, *, input: SessionRevokeInput) -> pb.RevokeSessionsResponse:
    """Logs out on one device."""
    return await ctx.account.RevokeSessions(pb.RevokeSessionsRequest(session_ids=[input.id]))
