"""What happens around every call to another process."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import grpc.aio
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from chassis import deadline, identity
from chassis.errors import RemoteError
from chassis.identity import TokenMinter
from chassis.resilience import Guards


def _details(
    details: grpc.aio.ClientCallDetails, minter: TokenMinter, audience: str, timeout: float | None
) -> grpc.aio.ClientCallDetails:
    caller = identity.current()
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    metadata.add("authorization", f"Bearer {minter.mint(audience, caller)}")
    if caller.request_id:
        metadata.add("x-request-id", caller.request_id)
    return grpc.aio.ClientCallDetails(
        method=details.method,
        timeout=timeout,
        metadata=metadata,
        credentials=details.credentials,
        wait_for_ready=details.wait_for_ready,
    )


class CallInterceptor(grpc.aio.UnaryUnaryClientInterceptor):
    """Metadata, deadline and errors of unary calls."""

    def __init__(self, minter: TokenMinter, audience: str, timeout: float, guards: Guards | None = None) -> None:
        self._minter = minter
        self._audience = audience
        self._timeout = timeout
        self._guards = guards

    async def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        method = _name(client_call_details.method)
        if self._guards is None:
            return await self._call(continuation, client_call_details, request, method)
        guard = self._guards.enter(method)
        failure: BaseException | None = None
        try:
            return await self._call(continuation, client_call_details, request, method)
        except BaseException as error:
            failure = error
            raise
        finally:
            self._guards.leave(method, guard, failure)

    async def _call(
        self, continuation: Callable[..., Any], details: grpc.aio.ClientCallDetails, request: Any, method: str
    ) -> Any:
        timeout = deadline.remaining(details.timeout or self._timeout)
        call = await continuation(_details(details, self._minter, self._audience, timeout), request)
        try:
            return await call
        except grpc.aio.AioRpcError as error:
            raise remote_error(error, method) from None


class StreamInterceptor(grpc.aio.UnaryStreamClientInterceptor):
    """Metadata and errors of server streams, which have no deadline: they end when either side leaves."""

    def __init__(self, minter: TokenMinter, audience: str) -> None:
        self._minter = minter
        self._audience = audience

    async def intercept_unary_stream(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        call = await continuation(_details(client_call_details, self._minter, self._audience, None), request)
        return _translated(call, _name(client_call_details.method))


async def _translated(call: Any, method: str) -> AsyncIterator[Any]:
    try:
        async for message in call:
            yield message
    except grpc.aio.AioRpcError as error:
        raise remote_error(error, method) from None
    finally:
        call.cancel()


def _name(method: str | bytes) -> str:
    return method.decode() if isinstance(method, bytes) else method


def remote_error(error: grpc.aio.AioRpcError, method: str) -> RemoteError:
    """The error as the other process meant it: its ErrorInfo where there is one, else the bare status."""
    reason, facts = error.code().name, dict[str, str]()
    status = rpc_status.from_call(error)  # pyright: ignore[reportArgumentType] - accepts what has code, details and metadata
    for detail in status.details if status else ():
        info = ErrorInfo()
        if detail.Unpack(info):
            reason, facts = info.reason, dict(info.metadata)
    return RemoteError(
        status=error.code().name,
        reason=reason,
        message=error.details() or error.code().name,
        facts=facts,
        method=method,
    )
