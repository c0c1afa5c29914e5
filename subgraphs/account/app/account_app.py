"""What this service can do, on one screen."""

from __future__ import annotations

from dataclasses import dataclass

from subgraphs.account.app.authenticate_user import AuthenticateUser
from subgraphs.account.app.change_password import ChangePassword
from subgraphs.account.app.delete_address import DeleteAddress
from subgraphs.account.app.delete_user import DeleteUser
from subgraphs.account.app.get_users import GetUsers
from subgraphs.account.app.list_addresses import ListAddresses
from subgraphs.account.app.list_revoked_sessions import ListRevokedSessions
from subgraphs.account.app.list_sessions import ListSessions
from subgraphs.account.app.list_users import ListUsers
from subgraphs.account.app.publish_keys import PublishKeys
from subgraphs.account.app.refresh_session import RefreshSession
from subgraphs.account.app.register_user import RegisterUser
from subgraphs.account.app.revoke_sessions import RevokeSessions
from subgraphs.account.app.revoke_token import RevokeToken
from subgraphs.account.app.save_address import SaveAddress
from subgraphs.account.app.set_roles import SetUserRoles
from subgraphs.account.app.update_user import UpdateUser


@dataclass(frozen=True, kw_only=True)
class AccountApp:
    """The use cases."""

    register_user: RegisterUser
    get_users: GetUsers
    list_users: ListUsers
    update_user: UpdateUser
    set_user_roles: SetUserRoles
    delete_user: DeleteUser
    change_password: ChangePassword

    authenticate_user: AuthenticateUser
    refresh_session: RefreshSession
    revoke_token: RevokeToken
    revoke_sessions: RevokeSessions
    list_sessions: ListSessions
    list_revoked_sessions: ListRevokedSessions
    publish_keys: PublishKeys

    list_addresses: ListAddresses
    save_address: SaveAddress
    delete_address: DeleteAddress
