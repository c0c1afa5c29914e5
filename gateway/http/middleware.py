"""Around every request: its id, its log line, security headers, and a last net for what nobody caught."""

import re
import time
from typing import Any, Final

import orjson
import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.ids import new_id
from gateway.errors import INTERNAL, MASKED

log = structlog.get_logger("http")

REQUEST_ID: Final = "x-request-id"
ACCEPTABLE_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
QUIET_PATHS: Final = frozenset({"/healthz", "/readyz"})
SECURITY_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""Of every answer that does not say otherwise; ASGI has lower-case names."""


class RequestId:
    """Takes the caller's `X-Request-ID` or makes one; it is in the answer, in every log line, and in every RPC."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if ACCEPTABLE_ID.fullmatch(given) else new_id("req")
        scope["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, _with_id(send, request_id))


def _with_id(send: Send, request_id: str) -> Send:
    async def with_id(message: Message) -> None:
        if message["type"] in {"http.response.start", "websocket.accept"}:
            message.setdefault("headers", []).append((REQUEST_ID.encode(), request_id.encode()))
        await send(message)

    return with_id


class LastNet:
    """One log line a request; whatever escapes becomes a masked 500, never a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        seen: dict[str, Any] = {}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                headers: list[tuple[bytes, bytes]] = message["headers"]
                given = {name for name, _ in headers}
                headers.extend(header for header in SECURITY_HEADERS if header[0] not in given)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception:
            log.exception("request.failed", path=scope["path"])
            if "status" in seen:
                raise
            extensions = {"code": INTERNAL, "requestId": scope.get("request_id", "")}
            body = orjson.dumps({"errors": [{"message": MASKED, "extensions": extensions}]})
            await Response(body, 500, media_type="application/json")(scope, receive, watched)
        finally:
            if scope["path"] not in QUIET_PATHS:
                elapsed = round((time.perf_counter() - started) * 1000, 1)
                log.info("request", method=scope["method"], path=scope["path"], status=seen.get("status"), ms=elapsed)
