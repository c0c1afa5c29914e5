"""Who calls: a short-lived token, signed by the calling process, that every RPC between processes carries."""

import contextlib
import time
from collections import OrderedDict
from collections.abc import Generator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import jwt

from chassis.errors import Forbidden, Unauthenticated
from chassis.settings import Secret

LIFETIME_SECONDS = 60
SERVICE_ROLE = "service"
STAFF_ROLES = frozenset({"support", "catalog_manager", "order_manager", "admin"})


class InternalTokenRefused(Unauthenticated):
    """The call carries no valid internal token."""

    reason = "INTERNAL_TOKEN_REFUSED"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """On whose behalf an RPC runs."""

    service: str = ""
    """The calling process: "gateway", "order", …"""
    user_id: str = ""
    session_id: str = ""
    roles: frozenset[str] = frozenset()
    cart_token_hash: str = ""
    """SHA-256 (hex) of the guest's cart secret; empty without one."""
    request_id: str = ""
    user_agent: str = ""
    ip_address: str = ""

    @property
    def is_service(self) -> bool:
        """A process acting for itself (saga, launcher), not for a user."""
        return SERVICE_ROLE in self.roles

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF_ROLES)

    def has(self, *roles: str) -> bool:
        """Any of the roles; admin and services have all."""
        return self.is_service or "admin" in self.roles or not self.roles.isdisjoint(roles)

    def require(self, *roles: str) -> None:
        """Raises Unauthenticated for anonymous callers and Forbidden for those without any of the roles."""
        if self.has(*roles):
            return
        if not self.user_id:
            raise Unauthenticated
        raise Forbidden(required=" or ".join(sorted(roles)))

    def require_user(self) -> str:
        """The user's id; raises Unauthenticated without one."""
        if not self.user_id:
            raise Unauthenticated
        return self.user_id

    def require_self(self, user_id: str, *staff_roles: str) -> None:
        """The user themself, or staff with one of the roles."""
        if self.user_id != user_id or not user_id:
            self.require(*staff_roles)


ANONYMOUS = Caller()
_current: ContextVar[Caller] = ContextVar("caller", default=ANONYMOUS)


def current() -> Caller:
    return _current.get()


@contextlib.contextmanager
def acting_as(caller: Caller) -> Generator[None]:
    """Makes `caller` the current one, also for outgoing RPCs."""
    token = _current.set(caller)
    try:
        yield
    finally:
        _current.reset(token)


def service_caller(service: str) -> Caller:
    return Caller(service=service, roles=frozenset({SERVICE_ROLE}))


class TokenMinter:
    """Mints and caches the tokens of one process. A caller with no user and no service role acts as anonymous."""

    def __init__(self, secret: Secret, service: str, *, cached: int = 10_000) -> None:
        self._secret = secret.reveal()
        self._service = service
        self._cached = cached
        self._tokens: OrderedDict[tuple[Any, ...], tuple[float, str]] = OrderedDict()

    def mint(self, audience: str, caller: Caller) -> str:
        """A token for one audience, valid for at least half its lifetime."""
        # The request id travels beside the token, so that tokens are shared by the requests of one caller.
        key = (audience, *_said(caller))
        now = time.time()
        found = self._tokens.get(key)
        if found is not None and found[0] > now:
            return found[1]
        token = self._sign(audience, caller, now)
        self._tokens[key] = (now + LIFETIME_SECONDS / 2, token)
        while len(self._tokens) > self._cached:
            self._tokens.popitem(last=False)
        return token

    def _sign(self, audience: str, caller: Caller, now: float) -> str:
        claims = {
            "iss": self._service,
            "aud": audience,
            "sub": caller.user_id,
            "sid": caller.session_id,
            "roles": sorted(caller.roles),
            "cart": caller.cart_token_hash,
            "ua": caller.user_agent,
            "ip": caller.ip_address,
            "iat": int(now),
            "exp": int(now) + LIFETIME_SECONDS,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")


def _said(caller: Caller) -> tuple[Any, ...]:
    """What a token says of its caller."""
    return (
        caller.user_id,
        caller.session_id,
        caller.roles,
        caller.cart_token_hash,
        caller.user_agent,
        caller.ip_address,
    )


class TokenVerifier:
    """Verifies internal tokens for one audience; verified ones are cached until they expire."""

    def __init__(self, secret: Secret, audience: str, *, cached: int = 10_000) -> None:
        self._secret = secret.reveal()
        self._audience = audience
        self._cached = cached
        self._verified: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    def verify(self, token: str) -> Caller:
        """Raises InternalTokenRefused for a token that is forged, expired or meant for another process."""
        found = self._verified.get(token)
        if found is not None and found[0] > time.time():
            return found[1]
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience=self._audience,
                options={"require": ["exp", "aud", "iss", "sub"]},
                leeway=5,
            )
        except jwt.PyJWTError as error:
            raise InternalTokenRefused(why=str(error)) from None
        caller = Caller(
            service=claims["iss"],
            user_id=claims["sub"],
            session_id=claims.get("sid", ""),
            roles=frozenset(claims.get("roles", ())),
            cart_token_hash=claims.get("cart", ""),
            user_agent=claims.get("ua", ""),
            ip_address=claims.get("ip", ""),
        )
        self._verified[token] = (float(claims["exp"]), caller)
        while len(self._verified) > self._cached:
            self._verified.popitem(last=False)
        return caller
