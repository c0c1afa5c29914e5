"""Which web pages may call: the gateway's own, and those of the allow-list."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALLOWED_HEADERS: Final = "authorization, content-type, emporium-cart-token, emporium-wrote, x-request-id, last-event-id"
EXPOSED_HEADERS: Final = "x-request-id, retry-after, emporium-wrote"
METHODS: Final = "GET, POST, OPTIONS"
PREFLIGHT_SECONDS: Final = "600"


class Origins:
    """The allow-list."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed

    def allowed(self, headers: Mapping[str, str]) -> bool:
        """True without an Origin (no browser), for the gateway's own, and for the listed."""
        origin = headers.get("origin", "")
        if not origin or origin in self._allowed:
            return True
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


class OriginGuard:
    """CORS for the allowed; a browser on any other page is refused, whatever it would do with the answer."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)  # WebSockets ask Origins themselves
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        if not self._origins.allowed(headers):
            error = {"message": "This origin may not call.", "extensions": {"code": "FORBIDDEN"}}
            body = orjson.dumps({"errors": [error]})
            await Response(body, 403, media_type="application/json")(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=_cors(origin) | _preflight())(scope, receive, send)
            return

        async def with_cors(message: Message) -> None:
            if origin and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_cors(origin))
            await send(message)

        await self._app(scope, receive, with_cors)


def _cors(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED_HEADERS, "Vary": "Origin"}


def _preflight() -> dict[str, Any]:
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    }
