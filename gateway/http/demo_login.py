"""`POST /dev/demo-login`, development mode only: the demo shopper or admin at one click."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson
from emporium.account.v1 import account_pb2
from starlette.requests import Request
from starlette.responses import Response

from chassis import deadline, identity
from chassis.errors import EmporiumError
from gateway.errors import RequestRefused
from gateway.http.callers import ANONYMOUS
from gateway.http.endpoint import refusal
from gateway.http.reading import read_body

if TYPE_CHECKING:
    # The stub types exist for checkers only.
    from emporium.account.v1.account_pb2_grpc import AccountServiceAsyncStub

SECONDS = 10.0


class DemoLogin:
    """Logs in with what the launcher wrote into its file: {"shopper": {"email", "password"}, "admin": …}."""

    def __init__(self, account: AccountServiceAsyncStub, file: Path, origins: frozenset[str] = frozenset()) -> None:
        self._account = account
        self._file = file
        self._hosts = frozenset(urlsplit(origin).hostname for origin in origins)

    async def log_in(self, request: Request) -> Response:
        try:
            self._require_own_name(request.url.hostname or "")
            login = self._login(await read_body(request, 1_000))
            with identity.acting_as(ANONYMOUS), deadline.within(SECONDS):
                tokens = await self._account.AuthenticateUser(
                    account_pb2.AuthenticateUserRequest(
                        email=login["email"],
                        password=login["password"],
                        device=account_pb2.Device(user_agent=request.headers.get("user-agent", "")[:200]),
                    )
                )
        except RequestRefused as refused:
            return refusal(refused)
        except EmporiumError as error:
            return refusal(RequestRefused.because(503, error.code, "Account does not answer; try again."))
        if not tokens.access_token:
            return refusal(RequestRefused.because(409, "DEMO_LOGIN_CHANGED", "The demo account has another password."))
        body = {"accessToken": tokens.access_token, "refreshToken": tokens.refresh_token, "email": login["email"]}
        return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})

    def _require_own_name(self, host: str) -> None:
        """No password is asked for, so a page whose name was pointed at this machine (DNS rebinding) must not get in.
        Raises RequestRefused (403)."""
        if host in self._hosts or host == "localhost" or host.endswith(".localhost") or _is_address(host):
            return
        message = "The demo login answers under localhost or an IP address only; list other origins in ALLOWED_ORIGINS."
        raise RequestRefused.because(403, "FORBIDDEN", message)

    def _login(self, body: bytes) -> dict[str, str]:
        try:
            asked: Any = orjson.loads(body or b"{}")
            logins: Any = orjson.loads(self._file.read_bytes())
            return logins[str(asked.get("role", "shopper"))]
        except (OSError, orjson.JSONDecodeError, KeyError, AttributeError):
            raise RequestRefused.because(404, "NOT_FOUND", "There is no such demo login.") from None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
