"""What happens around every call to another process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from chassis import deadline, identity
from chassis.errors import RemoteError
from chassis.identity import TokenMinter
from chassis.resilience import Guards


class CallingChannel:
    """A channel whose unary calls carry token, request id and deadline and raise RemoteError. They are not intercepted:
    grpc.aio makes a task for each call that is, which is a tenth of what the call costs its caller."""

    def __init__(
        self,
        channel: grpc.aio.Channel,
        minter: TokenMinter,
        audience: str,
        timeout: float,
        guards: Guards | None = None,
    ) -> None:
        self._channel = channel
        self._minter = minter
        self._audience = audience
        self._timeout = timeout
        self._guards = guards

    def __getattr__(self, name: str) -> Any:
        """Everything else is the channel's own."""
        return getattr(self._channel, name)

    def unary_unary(self, method: str, *arguments: Any, **options: Any) -> Callable[..., Awaitable[Any]]:
        """What a stub's method calls. It takes the options of grpc.aio's."""
        opened = self._channel.unary_unary(method, *arguments, **options)

        async def call(request: Any, *, timeout: float | None = None, metadata: Any = (), **given: Any) -> Any:
            seconds = deadline.remaining(timeout or self._timeout)
            carried = (*(metadata or ()), *_carried(self._minter, self._audience))
            try:
                return await opened(request, timeout=seconds, metadata=carried, **given)
            except grpc.aio.AioRpcError as error:
                raise remote_error(error, method) from None

        if self._guards is None:
            return call
        guards = self._guards

        async def guarded(request: Any, **given: Any) -> Any:
            guard = guards.enter(method)
            failure: BaseException | None = None
            try:
                return await call(request, **given)
            except BaseException as error:
                failure = error
                raise
            finally:
                guards.leave(method, guard, failure)

        return guarded


def _carried(minter: TokenMinter, audience: str) -> list[tuple[str, str]]:
    caller = identity.current()
    carried = [("authorization", f"Bearer {minter.mint(audience, caller)}")]
    if caller.request_id:
        carried.append(("x-request-id", caller.request_id))
    return carried


class StreamInterceptor(grpc.aio.UnaryStreamClientInterceptor):
    """Metadata and errors of server streams, which have no deadline: they end when either side leaves."""

    def __init__(self, minter: TokenMinter, audience: str) -> None:
        self._minter = minter
        self._audience = audience

    async def intercept_unary_stream(
        self, continuation: Callable[..., Any], client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        details = client_call_details
        carried = grpc.aio.Metadata(*(details.metadata or ()), *_carried(self._minter, self._audience))
        lasting = grpc.aio.ClientCallDetails(
            method=details.method,
            timeout=None,
            metadata=carried,
            credentials=details.credentials,
            wait_for_ready=details.wait_for_ready,
        )
        call = await continuation(lasting, request)
        return _translated(call, details.method.decode() if isinstance(details.method, bytes) else details.method)


async def _translated(call: Any, method: str) -> AsyncIterator[Any]:
    try:
        async for message in call:
            yield message
    except grpc.aio.AioRpcError as error:
        raise remote_error(error, method) from None
    finally:
        call.cancel()


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
