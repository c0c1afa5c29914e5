"""A running account service, and how tests speak to it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import jwt
from emporium.account.v1 import account_pb2 as pb
from emporium.account.v1.account_pb2_grpc import AccountServiceStub
from psycopg.rows import DictRow

from chassis.database import Database, database
from chassis.identity import ANONYMOUS, Caller, TokenMinter, acting_as, service_caller
from chassis.rpc import channel, server
from chassis.settings import Mode, Secret
from subgraphs.account.adapters.ed25519_tokens import Ed25519AccessTokens
from subgraphs.account.app.ports import Passwords
from subgraphs.account.bootstrap import Parts, account_parts, registration
from subgraphs.account.settings import AccountSettings

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """A clock that tests move."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@dataclass
class CountingPasswords:
    """The real hashing; every slow step is counted."""

    inner: Passwords
    steps: list[str] = field(default_factory=list)

    async def hash(self, password: str) -> str:
        self.steps.append("hash")
        return await self.inner.hash(password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        self.steps.append("verify")
        return await self.inner.verify(password, password_hash)

    def needs_rehash(self, password_hash: str) -> bool:
        return self.inner.needs_rehash(password_hash)


@dataclass
class Account:
    """The service over gRPC, its database and its clock."""

    stub: AccountServiceStub
    db: Database
    parts: Parts
    tokens: Ed25519AccessTokens
    clock: Clock
    passwords: CountingPasswords
    settings: AccountSettings
    address: str = ""

    async def register(self, *, roles: Sequence[str] = (), email: str = "") -> pb.User:
        """A new user, as the launcher makes one."""
        request = pb.CreateUserRequest(email=email or fresh_email(), password=PASSWORD, roles=roles)
        with acting_as(service_caller("launcher")):
            return (await self.stub.CreateUser(request)).user

    async def log_in(self, email: str, password: str = PASSWORD, ip_address: str = "192.0.2.1") -> pb.TokenResponse:
        device = pb.Device(user_agent="test browser", ip_address=ip_address)
        request = pb.AuthenticateUserRequest(email=email, password=password, device=device)
        with acting_as(ANONYMOUS):
            return await self.stub.AuthenticateUser(request)

    async def refresh(self, refresh_token: str) -> pb.TokenResponse:
        with acting_as(ANONYMOUS):
            return await self.stub.RefreshToken(pb.RefreshTokenRequest(refresh_token=refresh_token))

    async def revoked(self) -> set[str]:
        """Past the cache, as the database knows it."""
        async with self.parts.store.reading() as accounts:
            return set((await accounts.sessions.revoked_since("")).session_ids)

    async def rows(self, statement: str, *values: object) -> list[DictRow]:
        async with self.db.reading() as connection:
            return await (await connection.execute(statement, values)).fetchall()  # type: ignore[arg-type]


@contextlib.contextmanager
def signed_in(user: pb.User, tokens: pb.TokenResponse | None = None) -> Iterator[Caller]:
    """As the gateway acts for this user."""
    session = claims(tokens)["sid"] if tokens else ""
    roles = frozenset(pb.Role.Name(role).lower() for role in user.roles)
    caller = Caller(service="gateway", user_id=user.id, session_id=session, roles=roles)
    with acting_as(caller):
        yield caller


def claims(tokens: pb.TokenResponse) -> dict[str, str]:
    return jwt.decode(tokens.access_token, options={"verify_signature": False})


def fresh_email() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def codes(errors: Sequence[object]) -> list[str]:
    from emporium.common.v1.outcome_pb2 import UserErrorCode

    return [UserErrorCode.Name(error.input.code) for error in errors]  # type: ignore[attr-defined]


@contextlib.asynccontextmanager
async def running_account(database_url: str, redis_url: str) -> AsyncGenerator[Account]:
    settings = AccountSettings(
        mode=Mode.DEVELOPMENT,
        internal_token_secret=Secret("i" * 40),
        token_key_encryption_secret=Secret("k" * 40),
        database_url=Secret(database_url),
        redis_url=Secret(redis_url),
        listen_address="127.0.0.1:0",
    )
    clock = Clock()
    async with database(settings.database_url) as db, account_parts(settings, db) as (real, tokens):
        passwords = CountingPasswords(real.passwords)
        parts = replace(real, passwords=passwords, now=clock)
        services = [registration(parts, settings)]
        minter = TokenMinter(settings.internal_token_secret, "gateway")
        async with server("127.0.0.1:0", settings, audience="account", services=services) as port:
            address = f"127.0.0.1:{port}"
            async with channel(address, audience="account", minter=minter) as opened:
                yield Account(
                    stub=AccountServiceStub(opened),
                    db=db,
                    parts=parts,
                    tokens=tokens,
                    clock=clock,
                    passwords=passwords,
                    settings=settings,
                    address=address,
                )
