"""What a login and a refresh answer."""

from datetime import datetime

from emporium.account.v1 import account_pb2 as pb

from chassis.graph import PUBLIC, UserError, attribute, type_
from subgraphs.account.schema.context import AccountContext


@type_(pb.TokenResponse, permission=PUBLIC)
class TokenPayload:
    """A pair of tokens, or why not."""

    access_token: str | None = attribute(description="For the header `Authorization: Bearer …`; lives 10 minutes.")
    access_token_expires_at: datetime | None
    refresh_token: str | None = attribute(description="Gets the next pair from `tokenRefresh`, once.")
    refresh_token_expires_at: datetime | None
    user_errors: list[UserError]


def device(ctx: AccountContext) -> pb.Device:
    """Where the caller is, as the gateway saw it."""
    return pb.Device(user_agent=ctx.caller.user_agent, ip_address=ctx.caller.ip_address)
