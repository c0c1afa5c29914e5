"""What ending sessions answers."""

from typing import Any

from emporium.account.v1 import account_pb2 as pb
from emporium.common.v1.outcome_pb2 import NOT_FOUND, InputError

from chassis.graph import PUBLIC, UserError, computed, type_


@type_(pb.RevokeSessionsResponse, permission=PUBLIC)
class SessionsRevokePayload:
    """How many sessions ended. Their access tokens stop working within seconds."""

    revoked_count: int

    @computed(list[UserError])
    @staticmethod
    def user_errors(response: pb.RevokeSessionsResponse) -> list[Any]:
        """NOT_FOUND when no session was there to end."""
        if response.revoked_count:
            return []
        return [InputError(code=NOT_FOUND, message="There is no such session.", field=["id"])]
