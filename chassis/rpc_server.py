"""What happens around every call a server answers."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any, cast

import grpc
import grpc.aio
import structlog
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from chassis import deadline, identity
from chassis.errors import DeadlineExceeded, EmporiumError
from chassis.identity import Caller, TokenVerifier
from chassis.ids import new_id

log = structlog.get_logger("rpc")

DEFAULT_DEADLINE_SECONDS = 30.0
LONGEST_MESSAGE, LONGEST_FACT = 500, 200
"""Characters of an error that cross the wire."""
CALLS_METHOD = "/emporium.chassis.Calls/Count"
"""In development: google.protobuf.Empty → google.protobuf.Struct of answered calls by method."""
Handler = Any


class ServiceInterceptor(grpc.aio.ServerInterceptor):
    """Request id and log context → internal token → deadline → errors, in this order, on every method not open."""

    def __init__(self, verifier: TokenVerifier, open_prefixes: tuple[str, ...]) -> None:
        self._verifier = verifier
        self._open = open_prefixes
        self.calls: Counter[str] = Counter()
        """Calls so far, by method."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        handler = await continuation(handler_call_details)
        method: str = handler_call_details.method
        if handler is None or method.startswith(self._open):
            return handler
        self.calls[method] += 1
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                self._stream(method, handler.unary_stream), handler.request_deserializer, handler.response_serializer
            )
        return grpc.unary_unary_rpc_method_handler(
            self._unary(method, handler.unary_unary), handler.request_deserializer, handler.response_serializer
        )

    def _unary(self, method: str, behaviour: Callable[[Any, Any], Awaitable[Any]]) -> Any:
        async def answer(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            started = time.perf_counter()
            try:
                with identity.acting_as(self._caller(context)), deadline.within(_seconds(context)):
                    return await behaviour(request, context)
            except Exception as error:  # noqa: BLE001 - the edge: whatever it is becomes a status
                await _refuse(context, method, error, started)

        return answer

    def _stream(self, method: str, behaviour: Callable[[Any, Any], AsyncIterator[Any]]) -> Any:
        async def answer(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
            started = time.perf_counter()
            try:
                with identity.acting_as(self._caller(context)):
                    async for message in behaviour(request, context):
                        yield message
            except Exception as error:  # noqa: BLE001 - the edge: whatever it is becomes a status
                await _refuse(context, method, error, started)

        return answer

    def _caller(self, context: grpc.aio.ServicerContext[Any, Any]) -> Caller:
        metadata = {str(key): str(value) for key, value in context.invocation_metadata() or ()}
        request_id = metadata.get("x-request-id") or new_id("req")
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        caller = self._verifier.verify(metadata.get("authorization", "").removeprefix("Bearer "))
        return replace(caller, request_id=request_id)


def _seconds(context: grpc.aio.ServicerContext[Any, Any]) -> float:
    left = cast("float | None", context.time_remaining())
    return DEFAULT_DEADLINE_SECONDS if left is None else min(left, DEFAULT_DEADLINE_SECONDS * 20)


async def _refuse(context: grpc.aio.ServicerContext[Any, Any], method: str, error: Exception, started: float) -> None:
    if isinstance(error, grpc.aio.AbortError):
        raise error
    if isinstance(error, TimeoutError):
        error = DeadlineExceeded()
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    if isinstance(error, EmporiumError) and error.status != "INTERNAL":
        log.info("rpc.refused", method=method, reason=error.reason, detail=str(error), ms=milliseconds)
        shown = error
    else:
        log.error("rpc.failed", method=method, ms=milliseconds, exc_info=error)
        shown = EmporiumError("Internal error; the log has the details")
    edge: Any = context  # the stubs do not know abort_with_status
    await edge.abort_with_status(rpc_status.to_status(status_of(shown)))


def status_of(error: EmporiumError) -> Status:
    """The error as google.rpc.Status with ErrorInfo(reason, domain, facts). What somebody else wrote may be long, and
    stands in its texts: they are cut, for a status that is longer than the room in a header never arrives."""
    detail = AnyMessage()
    facts = {name: value[:LONGEST_FACT] for name, value in error.facts.items()}
    detail.Pack(ErrorInfo(reason=error.reason, domain="emporium", metadata=facts))
    code: int = grpc.StatusCode[error.status].value[0]
    return Status(code=code, message=error.message[:LONGEST_MESSAGE], details=[detail])


def calls_handler(counted: ServiceInterceptor) -> Any:
    """Answers CALLS_METHOD."""
    service, _, method = CALLS_METHOD.removeprefix("/").partition("/")

    async def count(_request: Empty, _context: grpc.aio.ServicerContext[Any, Any]) -> Struct:
        answer = Struct()
        answer.update(counted.calls)
        return answer

    handler = grpc.unary_unary_rpc_method_handler(count, Empty.FromString, Struct.SerializeToString)
    return grpc.method_handlers_generic_handler(service, {method: handler})
