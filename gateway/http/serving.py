"""Operations of one view, whatever transport they came by."""

import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from graphql import OperationType

from chassis import deadline, identity
from chassis.errors import Unauthenticated
from chassis.identity import Caller
from gateway.admission import Admission
from gateway.auth import Authenticator
from gateway.context import Backends, RequestContext
from gateway.http.callers import Visitor
from gateway.http.telling import cost_extension, told_to
from gateway.http.writing import Writers, telling_that_it_wrote
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import Answer, OperationRequest, Prepared
from gateway.searches.counting import SearchCount
from gateway.sharing.sharing import Sharing


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What every transport needs to execute operations."""

    operations: Operations
    backends: Backends
    authenticator: Authenticator
    metrics: Metrics
    limits: Limits
    admission: Admission
    request_seconds: float
    development: bool
    sharing: Sharing | None = None
    writers: Writers = field(default_factory=Writers)
    """Common to all views of a process."""
    searches: SearchCount | None = None
    """None: nobody's searches are counted."""

    def context(self, prepared: Prepared, caller: Caller, asked: OperationRequest) -> RequestContext:
        fresh = asked.fresh or prepared.kind is OperationType.MUTATION
        return RequestContext(
            self.operations.graph,
            self.backends,
            caller,
            prepared.shop(),
            self.metrics,
            sharing=self.sharing,
            # Asked at each fetch: a subscription lasts, and its subscriber may change something meanwhile.
            fresh=lambda: fresh or self.writers.wrote_lately(caller),
        )

    async def admit(self, prepared: Prepared, caller: Caller) -> None:
        """Raises RequestRefused, before anything is executed or streamed: 429 or 503."""
        await self.admission.admit(caller, prepared.cost.units)
        self.metrics.cost.observe(prepared.cost.units)

    async def execute(self, prepared: Prepared, caller: Caller, asked: OperationRequest) -> dict[str, Any]:
        """The whole answer of a query or mutation, within the deadline."""
        ctx = self.context(prepared, caller, asked)
        told = told_to(caller, asked.told, development=self.development)
        started = time.perf_counter()
        with (
            identity.acting_as(caller),
            deadline.within(self.request_seconds),
            self.metrics.in_flight.track_inprogress(),
            self.admission.running(),
        ):
            try:
                answer = await self.operations.execute(prepared, ctx, told)
            finally:
                # Also when it failed, or its client has left: what it changed is changed.
                if prepared.kind is OperationType.MUTATION:
                    self.writers.note(caller)
        self._observe(prepared, answer, ctx, started)
        return self.body(prepared, answer, ctx, told)

    async def streamed(self, prepared: Prepared, caller: Caller, asked: OperationRequest) -> dict[str, Any]:
        """The same, for a transport that cannot say in headers that it was a mutation."""
        body = await self.execute(prepared, caller, asked)
        return telling_that_it_wrote(body) if prepared.kind is OperationType.MUTATION else body

    def kept(self, prepared: Prepared, caller: Caller, asked: OperationRequest) -> dict[str, Any] | None:
        """The whole answer, where another request's still holds: then there is nothing to wait for."""
        if self.sharing is None or not prepared.compiled.shared:
            return None
        started = time.perf_counter()
        ctx = self.context(prepared, caller, asked)
        told = told_to(caller, asked.told, development=self.development)
        answer = self.operations.kept(prepared, ctx, told)
        if answer is None:
            return None
        self._observe(prepared, answer, ctx, started)
        return self.body(prepared, answer, ctx, told)

    def _observe(self, prepared: Prepared, answer: Answer, ctx: RequestContext, started: float) -> None:
        kind = prepared.kind.value
        if self.searches is not None:
            self.searches.note(answer.searched, ctx.shop, ctx.caller)
        self.metrics.operation_seconds.labels(kind).observe(time.perf_counter() - started)
        self.metrics.operations.labels(kind, "partial" if answer.errors else "ok").inc()

    async def subscribe(
        self, prepared: Prepared, visitor: Visitor, asked: OperationRequest, transport: str
    ) -> AsyncGenerator[dict[str, Any]]:
        """The answers of a subscription. It has no deadline: it ends when either side leaves, or with the error that
        the access token is not valid any more. Each tells what was asked; what calls all events together cost would
        say nothing of one, so `rpcs` and `cost` are not told."""
        caller = visitor.caller
        ctx = self.context(prepared, caller, asked)
        told = told_to(caller, asked.told, development=self.development) & {"plan"}
        answers = self.operations.subscribe(prepared, ctx, told)
        with identity.acting_as(caller), self.metrics.subscriptions.labels(transport).track_inprogress():
            async with contextlib.aclosing(answers):
                async for answer in answers:
                    try:
                        self.authenticator.recheck(visitor.token)
                    except Unauthenticated as error:
                        extensions = {"code": error.code, "reason": error.reason}
                        yield {"data": None, "errors": [{"message": error.message, "extensions": extensions}]}
                        return
                    yield self.body(prepared, answer, ctx, told)

    def body(self, prepared: Prepared, answer: Answer, ctx: RequestContext, told: frozenset[str]) -> dict[str, Any]:
        body: dict[str, Any] = {"data": answer.data}
        if answer.errors:
            body["errors"] = answer.errors
        extensions: dict[str, Any] = {}
        if ctx.degraded:
            extensions["degraded"] = list(ctx.degraded)
        if "rpcs" in told:
            extensions["rpcs"] = ctx.calls.summary()
        if "cost" in told:
            made = len(ctx.calls.made)
            extensions["cost"] = cost_extension(prepared.cost, rpcs=made, rows=answer.rows, limit=self.limits.cost)
        if answer.plan is not None:
            extensions["plan"] = answer.plan
        if answer.event_id:
            extensions["eventId"] = answer.event_id
        if extensions:
            body["extensions"] = extensions
        return body
