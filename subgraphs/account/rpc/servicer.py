"""AccountService: message in, use case, message out; no decisions."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import grpc.aio
from emporium.account.v1 import account_pb2 as pb
from emporium.account.v1.account_pb2_grpc import AccountServiceServicer
from emporium.common.v1.page_pb2 import PageInfo

from chassis.identity import current
from subgraphs.account.app.account_app import AccountApp
from subgraphs.account.domain.errors import InvalidPage
from subgraphs.account.rpc.mapping import (
    address_list,
    address_message,
    device_from,
    postal_from,
    profile_change_from,
    registration_from,
    roles_from,
    session_list,
    token_response,
    user_errors,
    user_message,
    user_outcome,
)

Context = grpc.aio.ServicerContext[Any, Any]


class AccountServicer(AccountServiceServicer):
    """The service on its use cases."""

    def __init__(self, app: AccountApp, *, issuer: str) -> None:
        self._app = app
        self._issuer = issuer

    async def CreateUser(self, request: pb.CreateUserRequest, context: Context) -> pb.CreateUserResponse:
        registered = await self._app.register_user(registration_from(request), current())
        return pb.CreateUserResponse(
            user=None if registered.user is None else user_message(registered.user),
            user_errors=user_errors(registered.problems),
        )

    async def BatchGetUsers(self, request: pb.BatchGetUsersRequest, context: Context) -> pb.BatchGetUsersResponse:
        found = await self._app.get_users(request.ids, current())
        return pb.BatchGetUsersResponse(outcomes=[user_outcome(outcome) for outcome in found])

    async def UpdateUser(self, request: pb.UpdateUserRequest, context: Context) -> pb.UpdateUserResponse:
        updated = await self._app.update_user(request.id, profile_change_from(request), current())
        return pb.UpdateUserResponse(
            user=None if updated.user is None else user_message(updated.user),
            user_errors=user_errors(updated.problems),
        )

    async def SetUserRoles(self, request: pb.SetUserRolesRequest, context: Context) -> pb.UpdateUserResponse:
        updated = await self._app.set_user_roles(request.id, roles_from(request.roles), current())
        return pb.UpdateUserResponse(
            user=None if updated.user is None else user_message(updated.user),
            user_errors=user_errors(updated.problems),
        )

    async def DeleteUser(self, request: pb.DeleteUserRequest, context: Context) -> pb.DeleteUserResponse:
        await self._app.delete_user(request.id, current())
        return pb.DeleteUserResponse(deleted_id=request.id)

    async def ListUsers(self, request: pb.ListUsersRequest, context: Context) -> pb.ListUsersResponse:
        after = _id_of(request.page.after)
        page = await self._app.list_users(request.query, after, request.page.first, current())
        cursors = [_cursor(user.id) for user in page.users]
        return pb.ListUsersResponse(
            nodes=[user_message(user) for user in page.users],
            cursors=cursors,
            page_info=PageInfo(
                has_next_page=page.has_next,
                has_previous_page=bool(after),
                start_cursor=cursors[0] if cursors else None,
                end_cursor=cursors[-1] if cursors else None,
            ),
            total_count=page.total,
        )

    async def ChangePassword(self, request: pb.ChangePasswordRequest, context: Context) -> pb.ChangePasswordResponse:
        problem = await self._app.change_password(request.current_password, request.new_password, current())
        return pb.ChangePasswordResponse(user_errors=user_errors([problem]))

    async def AuthenticateUser(self, request: pb.AuthenticateUserRequest, context: Context) -> pb.TokenResponse:
        device = device_from(request.device)
        return token_response(await self._app.authenticate_user(request.email, request.password, device, current()))

    async def RefreshToken(self, request: pb.RefreshTokenRequest, context: Context) -> pb.TokenResponse:
        return token_response(await self._app.refresh_session(request.refresh_token, current()))

    async def RevokeToken(self, request: pb.RevokeTokenRequest, context: Context) -> pb.RevokeTokenResponse:
        await self._app.revoke_token(request.refresh_token, current())
        return pb.RevokeTokenResponse()

    async def RevokeSessions(self, request: pb.RevokeSessionsRequest, context: Context) -> pb.RevokeSessionsResponse:
        count = await self._app.revoke_sessions(request.session_ids, current())
        return pb.RevokeSessionsResponse(revoked_count=count)

    async def BatchListSessions(
        self, request: pb.BatchListSessionsRequest, context: Context
    ) -> pb.BatchListSessionsResponse:
        caller = current()
        lists = await self._app.list_sessions(request.user_ids, caller)
        return pb.BatchListSessionsResponse(lists=[session_list(found, caller.session_id) for found in lists])

    async def GetJwks(self, request: pb.GetJwksRequest, context: Context) -> pb.GetJwksResponse:
        return pb.GetJwksResponse(jwks_json=await self._app.publish_keys(), issuer=self._issuer)

    async def ListRevokedSessions(
        self, request: pb.ListRevokedSessionsRequest, context: Context
    ) -> pb.ListRevokedSessionsResponse:
        revoked = await self._app.list_revoked_sessions(request.after)
        return pb.ListRevokedSessionsResponse(session_ids=revoked.session_ids, cursor=revoked.cursor)

    async def BatchListAddresses(
        self, request: pb.BatchListAddressesRequest, context: Context
    ) -> pb.BatchListAddressesResponse:
        books = await self._app.list_addresses(request.user_ids, current())
        return pb.BatchListAddressesResponse(lists=[address_list(book) for book in books])

    async def SaveAddress(self, request: pb.SaveAddressRequest, context: Context) -> pb.SaveAddressResponse:
        saved = await self._app.save_address(
            request.id if request.HasField("id") else None,
            postal_from(request.postal),
            current(),
            make_default=request.make_default,
        )
        return pb.SaveAddressResponse(
            address=None if saved.address is None else address_message(saved.address, is_default=saved.is_default),
            user_errors=user_errors(saved.problems),
        )

    async def DeleteAddress(self, request: pb.DeleteAddressRequest, context: Context) -> pb.DeleteAddressResponse:
        problem = await self._app.delete_address(request.id, current())
        return pb.DeleteAddressResponse(
            deleted_id=request.id if problem is None else None, user_errors=user_errors([problem])
        )


def _cursor(user_id: str) -> str:
    return urlsafe_b64encode(user_id.encode()).rstrip(b"=").decode()


def _id_of(cursor: str) -> str:
    try:
        user_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, UnicodeDecodeError):
        raise InvalidPage(after=cursor) from None
    # Decoding is lenient: what is not encoded to the same text again was not given out.
    if cursor and (_cursor(user_id) != cursor or not user_id.startswith("usr_")):
        raise InvalidPage(after=cursor)
    return user_id
