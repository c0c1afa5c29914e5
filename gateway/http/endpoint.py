"""The GraphQL endpoint of one view: HTTP and Server-Sent Events."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

import orjson
import structlog
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis.tasks import ended
from gateway.errors import RequestRefused
from gateway.http.callers import Visitor, identify
from gateway.http.negotiation import EVENTS, GRAPHQL, JSON, choose
from gateway.http.reading import read_request
from gateway.http.serving import Serving
from gateway.http.telling import asked_by_headers
from gateway.http.writing import wrote_lately, wrote_now
from gateway.prepared import OperationRequest, Prepared

log = structlog.get_logger("graphql")
T = TypeVar("T")

KEEPALIVE_SECONDS: Final = 12.0
DOCUMENT_FAULTS: Final = frozenset(
    {
        "BAD_USER_INPUT",
        "DOCUMENT_NOT_TRUSTED",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "PERSISTED_QUERY_NOT_FOUND",
    }
)
VARY: Final = {"Vary": "Accept, Authorization, Emporium-Cart-Token, Origin", "Cache-Control": "no-store"}


class GraphQLEndpoint:
    """ASGI application of `/graphql` or `/admin/graphql`, over HTTP."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        media = JSON
        try:
            # Decoded once: each look into Starlette's headers goes through all of them. Of equal ones the first counts.
            headers = dict(reversed(request.headers.items()))
            media = choose(headers.get("accept", ""))
            asked = await read_request(request, self._serving.limits.body_bytes)
            last, told = headers.get("last-event-id") or asked.last_event_id, asked.told | asked_by_headers(headers)
            asked = replace(asked, last_event_id=last, told=told, fresh=asked.fresh or wrote_lately(headers))
            response = await self._respond(request, headers, asked, media)
        except RequestRefused as refused:
            response = refusal(refused, media)
            self._serving.metrics.operations.labels("unknown", "refused").inc()
        await response(scope, receive, send)

    async def _respond(
        self, request: Request, headers: Mapping[str, str], asked: OperationRequest, media: str
    ) -> Response:
        visitor = identify(
            self._serving.authenticator,
            headers,
            request_id=request.scope.get("request_id", ""),
            ip_address=request.client.host if request.client else "",
        )
        prepared = self._serving.operations.prepare(asked)
        if request.method == "GET" and prepared.kind is OperationType.MUTATION:
            raise RequestRefused.because(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", Allow="POST")
        await self._serving.admit(prepared, visitor.caller)
        structlog.contextvars.bind_contextvars(operation=asked.operation_name, kind=prepared.kind.value)
        if media == EVENTS:
            return self._stream(prepared, visitor, asked)
        if prepared.is_subscription:
            raise RequestRefused.because(
                406, "NOT_ACCEPTABLE", "Subscriptions are answered as text/event-stream or over WebSocket."
            )
        body = self._serving.kept(prepared, visitor.caller, asked)
        if body is None:
            body = await unless_gone(request, self._serving.execute(prepared, visitor.caller, asked))
        if body is None:
            return Response(status_code=499)
        own = VARY | _retry_after(body)
        if prepared.kind is OperationType.MUTATION:
            own |= wrote_now()
        return Response(orjson.dumps(body), media_type=_typed(media), headers=own)

    def _stream(self, prepared: Prepared, visitor: Visitor, asked: OperationRequest) -> Response:
        headers = VARY | {"X-Accel-Buffering": "no"}
        if prepared.kind is OperationType.MUTATION:
            headers |= wrote_now()
        return StreamingResponse(self._events(prepared, visitor, asked), media_type=EVENTS, headers=headers)

    async def _events(self, prepared: Prepared, visitor: Visitor, asked: OperationRequest) -> AsyncGenerator[bytes]:
        """ "graphql-sse", distinct connections mode: `next` events, then `complete`."""
        yield b":\n\n"
        if not prepared.is_subscription:
            yield _event(await self._serving.streamed(prepared, visitor.caller, asked))
        else:
            answers = self._serving.subscribe(prepared, visitor, asked, "sse")
            async with contextlib.aclosing(with_pauses(answers, KEEPALIVE_SECONDS)) as paced:
                async for answer in paced:
                    yield b":\n\n" if answer is None else _event(answer)
        yield b"event: complete\ndata:\n\n"


def refusal(refused: RequestRefused, media: str = JSON) -> Response:
    """The answer of a request that is not executed. Under `application/json` faults of the document are 200, as
    clients of that media type expect; those of HTTP, and of who calls, keep their status."""
    body = {"errors": refused.errors}
    document_fault = refused.code in DOCUMENT_FAULTS
    status = 200 if document_fault and media == JSON else refused.status
    media = JSON if media == EVENTS else media
    return Response(orjson.dumps(body), status, media_type=_typed(media), headers=VARY | refused.headers)


def _typed(media: str) -> str:
    return f"{media}; charset=utf-8" if media in {JSON, GRAPHQL} else media


def _retry_after(body: dict[str, Any]) -> dict[str, str]:
    limited = any(error.get("extensions", {}).get("code") == "RATE_LIMITED" for error in body.get("errors", ()))
    return {"Retry-After": "1"} if limited else {}


def _event(answer: dict[str, Any]) -> bytes:
    event_id = answer.get("extensions", {}).get("eventId", "")
    numbered = f"id: {event_id}\n".encode() if event_id else b""
    return numbered + b"event: next\ndata: " + orjson.dumps(answer) + b"\n\n"


async def unless_gone(request: Request, work: Awaitable[T]) -> T | None:
    """The result; None when the client left first: then the work, and the calls it made, are cancelled."""
    running = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(request))
    leaving.add_done_callback(lambda _: running.cancel())
    try:
        return await running
    except asyncio.CancelledError:
        if not leaving.done() or leaving.cancelled():
            raise  # somebody else ends the request
        log.info("client.left")
        return None
    finally:
        leaving.cancel()


async def _gone(request: Request) -> None:
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return


async def with_pauses(answers: AsyncGenerator[T], seconds: float) -> AsyncGenerator[T | None]:
    """The answers, and None whenever none came for so long. One task draws them all: what it acts as is its own."""
    ready: asyncio.Queue[T] = asyncio.Queue(1)

    async def draw() -> None:
        async with contextlib.aclosing(answers):
            async for answer in answers:
                await ready.put(answer)

    drawing = asyncio.create_task(draw())
    waiting = asyncio.create_task(ready.get())
    try:
        while not (drawing.done() and ready.empty() and not waiting.done()):
            await asyncio.wait({waiting, drawing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                answer, waiting = waiting.result(), asyncio.create_task(ready.get())
                yield answer
            elif not drawing.done():
                yield None
        drawing.result()
    finally:
        await ended(drawing, waiting)
