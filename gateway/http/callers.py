"""Who sends a request: the access token, the guest's cart token, the device."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from chassis.errors import Unauthenticated, Unavailable
from chassis.identity import Caller
from gateway.auth import Authenticator, cart_token_hash
from gateway.errors import RequestRefused

ANONYMOUS: Final = Caller(service="gateway")
CART_TOKEN: Final = "emporium-cart-token"  # noqa: S105 (a header's name)
LONGEST_HEADER: Final = 512


def identify(authenticator: Authenticator, headers: Mapping[str, str], *, request_id: str, ip_address: str) -> Caller:
    """The caller of a request. Raises RequestRefused: 401 for a token that is not valid (any more), 503 while the
    keys to check it are not there."""
    caller = _user(authenticator, headers.get("authorization", ""))
    return replace(
        caller,
        cart_token_hash=cart_token_hash(headers.get(CART_TOKEN, "")[:LONGEST_HEADER]),
        request_id=request_id,
        user_agent=headers.get("user-agent", "")[:LONGEST_HEADER],
        ip_address=ip_address,
    )


def _user(authenticator: Authenticator, authorization: str) -> Caller:
    if not authorization:
        return ANONYMOUS
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated("BAD_AUTHORIZATION", "The Authorization header must be `Bearer` and an access token.")
    try:
        return authenticator.caller(token.strip())
    except Unauthenticated as error:
        raise _unauthenticated(error.reason, error.message) from None
    except Unavailable as error:
        refused = RequestRefused.because(503, error.code, error.message, Retry_After="1")
        raise refused from None


def _unauthenticated(reason: str, message: str) -> RequestRefused:
    extensions = {"code": "UNAUTHENTICATED", "reason": reason}
    return RequestRefused(
        401,
        [{"message": message, "extensions": extensions}],
        headers={"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{reason}"'},
    )
