"""Who sends a request: the access token, the guest's cart token, the device."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from chassis.errors import Unauthenticated, Unavailable
from chassis.identity import Caller
from gateway.auth import Authenticator, cart_token_hash
from gateway.errors import RequestRefused

ANONYMOUS: Final = Caller(service="gateway")
CART_TOKEN: Final = "emporium-cart-token"  # noqa: S105 (a header's name)
LONGEST_HEADER: Final = 512


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A caller, and the access token that says so: streams outlive it and ask again."""

    caller: Caller
    token: str


def identify(authenticator: Authenticator, headers: Mapping[str, str], *, request_id: str, ip_address: str) -> Visitor:
    """Who sends the request. Raises RequestRefused: 401 for a token that is not valid (any more), 503 while the keys
    to check it are not there."""
    token = access_token(headers.get("authorization", ""))
    caller = replace(
        _user(authenticator, token),
        cart_token_hash=cart_token_hash(headers.get(CART_TOKEN, "")[:LONGEST_HEADER]),
        request_id=request_id,
        user_agent=headers.get("user-agent", "")[:LONGEST_HEADER],
        ip_address=ip_address,
    )
    return Visitor(caller=caller, token=token)


def access_token(authorization: str) -> str:
    """The token of an Authorization header; empty without one. Raises RequestRefused (401) for another scheme."""
    if not authorization:
        return ""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("BAD_AUTHORIZATION", "The Authorization header must be `Bearer` and an access token.")
    return token.strip()


def _user(authenticator: Authenticator, token: str) -> Caller:
    if not token:
        return ANONYMOUS
    try:
        return authenticator.caller(token)
    except Unauthenticated as error:
        raise unauthenticated(error.reason, error.message) from None
    except Unavailable as error:
        raise RequestRefused.because(503, error.code, error.message, Retry_After="1") from None


def unauthenticated(reason: str, message: str) -> RequestRefused:
    """A 401."""
    extensions = {"code": "UNAUTHENTICATED", "reason": reason}
    return RequestRefused(
        401,
        [{"message": message, "extensions": extensions}],
        headers={"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{reason}"'},
    )
