"""The composition root: settings → adapters → use cases → servicer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from emporium.account.v1.account_pb2_grpc import add_AccountServiceServicer_to_server

from chassis.database import Database, database
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.rpc import Registration
from chassis.run import Service
from subgraphs.account.adapters.argon2_passwords import argon2_passwords
from subgraphs.account.adapters.ed25519_tokens import Ed25519AccessTokens, Ed25519Forge, derived_key
from subgraphs.account.adapters.postgres.store import PostgresAccountStore
from subgraphs.account.adapters.redis.attempts import RedisAttempts
from subgraphs.account.adapters.redis.connection import connection
from subgraphs.account.adapters.redis.revoked_sessions import RedisRevokedSessionCache
from subgraphs.account.app.account_app import AccountApp
from subgraphs.account.app.authenticate_user import AuthenticateUser
from subgraphs.account.app.change_password import ChangePassword
from subgraphs.account.app.delete_address import DeleteAddress
from subgraphs.account.app.delete_user import DeleteUser
from subgraphs.account.app.forget_sessions import ForgetSessions
from subgraphs.account.app.get_users import GetUsers
from subgraphs.account.app.list_addresses import ListAddresses
from subgraphs.account.app.list_revoked_sessions import ListRevokedSessions
from subgraphs.account.app.list_sessions import ListSessions
from subgraphs.account.app.list_users import ListUsers
from subgraphs.account.app.ports import AccessTokens, AccountStore, Attempts, KeyForge, Passwords, RevokedSessionCache
from subgraphs.account.app.publish_keys import PublishKeys
from subgraphs.account.app.refresh_session import RefreshSession
from subgraphs.account.app.register_user import RegisterUser
from subgraphs.account.app.revoke_sessions import RevokeSessions
from subgraphs.account.app.revoke_token import RevokeToken
from subgraphs.account.app.rotate_keys import RotateKeys
from subgraphs.account.app.save_address import SaveAddress
from subgraphs.account.app.set_roles import SetUserRoles
from subgraphs.account.app.update_user import UpdateUser
from subgraphs.account.domain.refresh_token import RefreshTokens
from subgraphs.account.rpc.servicer import AccountServicer
from subgraphs.account.settings import AccountSettings

MIGRATIONS = Path(__file__).parent / "adapters" / "postgres" / "migrations"
SERVICE_NAME = "emporium.account.v1.AccountService"

log = structlog.get_logger("account")


def utc_now() -> datetime:
    """The clock of this service."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the use cases are made of; tests exchange a part here."""

    store: AccountStore
    passwords: Passwords
    attempts: Attempts
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    forge: KeyForge
    revoked_cache: RevokedSessionCache
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[str], str] = new_id


def account_app(parts: Parts) -> AccountApp:
    """The use cases on these parts."""
    store, passwords, now = parts.store, parts.passwords, parts.now
    tokens, refresh_tokens = parts.access_tokens, parts.refresh_tokens
    return AccountApp(
        register_user=RegisterUser(store=store, passwords=passwords, now=now, new_id=parts.new_id),
        get_users=GetUsers(store=store),
        list_users=ListUsers(store=store),
        update_user=UpdateUser(store=store),
        set_user_roles=SetUserRoles(store=store),
        delete_user=DeleteUser(store=store),
        change_password=ChangePassword(store=store, passwords=passwords, attempts=parts.attempts),
        authenticate_user=AuthenticateUser(
            store=store,
            passwords=passwords,
            attempts=parts.attempts,
            access_tokens=tokens,
            refresh_tokens=refresh_tokens,
            now=now,
            new_id=parts.new_id,
        ),
        refresh_session=RefreshSession(store=store, access_tokens=tokens, refresh_tokens=refresh_tokens, now=now),
        revoke_token=RevokeToken(store=store, refresh_tokens=refresh_tokens),
        revoke_sessions=RevokeSessions(store=store),
        list_sessions=ListSessions(store=store),
        list_revoked_sessions=ListRevokedSessions(store=store, cache=parts.revoked_cache),
        publish_keys=PublishKeys(store=store, forge=parts.forge, now=now),
        list_addresses=ListAddresses(store=store),
        save_address=SaveAddress(store=store, new_id=parts.new_id),
        delete_address=DeleteAddress(store=store),
    )


@asynccontextmanager
async def account_parts(settings: AccountSettings, db: Database) -> AsyncGenerator[tuple[Parts, Ed25519AccessTokens]]:
    """The real parts, ready to sign."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(connection(settings.redis_url.reveal()))
        passwords = await stack.enter_async_context(
            argon2_passwords(threads=settings.password_hashing_threads, waiting=settings.password_hashing_queue)
        )
        store, forge = PostgresAccountStore(db), _forge(settings)
        tokens = Ed25519AccessTokens(forge, issuer=settings.token_issuer, audience=settings.token_audience)
        await RotateKeys(store=store, forge=forge, now=utc_now)(only_if_empty=True)
        await tokens.reload(store)
        parts = Parts(
            store=store,
            passwords=passwords,
            attempts=RedisAttempts(redis),
            access_tokens=tokens,
            refresh_tokens=RefreshTokens(derived_key(settings.token_key_encryption_secret, "refresh tokens")),
            forge=forge,
            revoked_cache=RedisRevokedSessionCache(redis),
        )
        yield parts, tokens


@asynccontextmanager
async def bootstrap(settings: AccountSettings) -> AsyncGenerator[Service]:
    """The running service. Only PostgreSQL must answer."""
    async with (
        database(settings.database_url, max_size=settings.database_pool_size) as db,
        account_parts(settings, db) as (parts, tokens),
    ):
        background: dict[str, Callable[[], Awaitable[None]]] = {
            "signing-keys": partial(tokens.keep_fresh, parts.store),
            "ended-sessions": ForgetSessions(store=parts.store, now=parts.now).every_hour,
        }
        if settings.kafka_bootstrap_servers:
            background["relay"] = Relay(db, settings.kafka_bootstrap_servers, source="account").run
        yield Service(rpc=[registration(parts, settings)], background=background)


def registration(parts: Parts, settings: AccountSettings) -> Registration:
    """The servicer on these parts, as a server takes it."""
    servicer = AccountServicer(account_app(parts), issuer=settings.token_issuer)
    return add_AccountServiceServicer_to_server, servicer, SERVICE_NAME


async def rotate_keys(settings: AccountSettings) -> None:
    """The command: the published next key begins to sign."""
    async with database(settings.database_url, max_size=1) as db:
        ring = await RotateKeys(store=PostgresAccountStore(db), forge=_forge(settings), now=utc_now)()
    active = ring.active
    log.info("signing_keys.rotated", active=active.kid if active else None, published=len(ring.keys))


def _forge(settings: AccountSettings) -> Ed25519Forge:
    return Ed25519Forge(derived_key(settings.token_key_encryption_secret, "signing keys"))
