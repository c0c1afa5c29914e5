"""Who calls, from the access token: verified here against account's public keys, without a call per request."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final

import jwt
import structlog
from emporium.account.v1 import account_pb2

from chassis import identity
from chassis.errors import EmporiumError, Unauthenticated, Unavailable
from chassis.identity import Caller

if TYPE_CHECKING:
    # The stub types exist for checkers only.
    from emporium.account.v1.account_pb2_grpc import AccountServiceAsyncStub

log = structlog.get_logger("auth")

ALGORITHMS: Final = ("EdDSA", "ES256")
AUDIENCE: Final = "emporium"
KEYS_SECONDS: Final = 60.0
REVOKED_SECONDS: Final = 1.5
RETRY_SECONDS: Final = 0.5
TOKEN_BYTES: Final = 4_096
CLOCK_LEEWAY_SECONDS: Final = 5


class TokenRefused(Unauthenticated):
    """The access token is not valid."""

    reason = "TOKEN_INVALID"


class TokenExpired(Unauthenticated):
    """The access token has expired; refresh it and try again."""

    reason = "TOKEN_EXPIRED"


class SessionRevoked(Unauthenticated):
    """The session has been ended; log in again."""

    reason = "SESSION_REVOKED"


class KeysMissing(Unavailable):
    """Access tokens cannot be checked yet; try again in a moment."""

    reason = "KEYS_MISSING"


class Authenticator:
    """Verifies access tokens. Keys and revoked sessions are polled in the background."""

    def __init__(self, account: AccountServiceAsyncStub, *, cached: int = 10_000) -> None:
        self._account = account
        self._keys: dict[str, jwt.PyJWK] = {}
        self._issuer = ""
        self._cached = cached
        self._verified: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
        self._revoked: dict[str, float] = {}
        self._cursor = ""
        self._unknown_key = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether account's keys are known."""
        return bool(self._keys)

    def caller(self, token: str) -> Caller:
        """Who holds the token. Raises TokenRefused, TokenExpired, SessionRevoked or KeysMissing."""
        digest = hashlib.sha256(token.encode()).digest()
        found = self._verified.get(digest)
        if found is None or found[0] <= time.time():
            self._verified.pop(digest, None)
            found = self._verify(token)
            self._verified[digest] = found
            while len(self._verified) > self._cached:
                self._verified.popitem(last=False)
        if found[1].session_id in self._revoked:
            raise SessionRevoked
        return found[1]

    def recheck(self, token: str) -> None:
        """Whether a stream that was opened with the token may go on: raises what `caller` raises."""
        if token:
            self.caller(token)

    def _verify(self, token: str) -> tuple[float, Caller]:
        if not self._keys:
            raise KeysMissing
        if len(token) > TOKEN_BYTES:
            raise TokenRefused
        try:
            key = self._keys.get(str(jwt.get_unverified_header(token).get("kid", "")))
            if key is None:
                self._unknown_key.set()  # a key that was just rotated in: fetched before the next poll
                raise TokenRefused
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=AUDIENCE,
                issuer=self._issuer or None,
                leeway=CLOCK_LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "sid", "iat"]},
            )
        except jwt.ExpiredSignatureError:
            raise TokenExpired from None
        except jwt.PyJWTError:
            raise TokenRefused from None
        roles = frozenset(str(role) for role in claims.get("roles", ()))
        caller = Caller(service="gateway", user_id=str(claims["sub"]), session_id=str(claims["sid"]), roles=roles)
        return float(claims["exp"]), caller

    async def poll_keys(self) -> None:
        """Runs for ever: keys every minute, at once when a token names an unknown one."""
        while True:
            pause = KEYS_SECONDS if await self._guarded(self._load_keys) else RETRY_SECONDS
            self._unknown_key.clear()
            # However many forged tokens arrive, account is asked twice a second at most.
            await asyncio.sleep(RETRY_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause - RETRY_SECONDS):
                    await self._unknown_key.wait()

    async def poll_revoked(self) -> None:
        """Runs for ever: a session that was ended is refused within two seconds."""
        while True:
            await self._guarded(self._load_revoked)
            await asyncio.sleep(REVOKED_SECONDS)

    async def _guarded(self, load: Callable[[], Awaitable[None]]) -> bool:
        try:
            with identity.acting_as(identity.service_caller("gateway")):
                await load()
        except EmporiumError as error:
            log.debug("auth.poll_failed", error=str(error))
            return False
        return True

    async def _load_keys(self) -> None:
        answer = await self._account.GetJwks(account_pb2.GetJwksRequest())
        keys: dict[str, jwt.PyJWK] = {}
        for described in json.loads(answer.jwks_json).get("keys", ()):
            try:
                keys[str(described["kid"])] = jwt.PyJWK(described)
            except (jwt.PyJWTError, KeyError) as error:
                log.warning("auth.key_refused", error=str(error))
        if set(keys) != set(self._keys):
            log.info("auth.keys", kids=sorted(keys))
        self._keys, self._issuer = keys, answer.issuer

    async def _load_revoked(self) -> None:
        request = account_pb2.ListRevokedSessionsRequest(after=self._cursor)
        answer = await self._account.ListRevokedSessions(request)
        self._cursor = answer.cursor
        now = time.time()
        self._revoked.update(dict.fromkeys(answer.session_ids, now + 3600))
        # Access tokens live minutes: after an hour none of the session is left.
        for session_id in [known for known, until in self._revoked.items() if until < now]:
            del self._revoked[session_id]


def cart_token_hash(token: str) -> str:
    """What of the guest's cart secret leaves the gateway."""
    return hashlib.sha256(token.encode()).hexdigest() if token else ""
