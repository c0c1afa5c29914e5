"""One slice alone, as an Apollo Federation subgraph for any router: `emporium subgraph catalog --graphql`.

Executed by graphql-core over the slice's own schema, with the same resolvers, callers, permissions, limits and costs
as in the gateway. `_service` tells the whole schema and `_entities` answers any id, so it is for development mode only.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import GraphQLResolveInfo, OperationType
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis import deadline, identity
from chassis.graph.loading import Loading
from chassis.graph.permission import Permission
from chassis.graph.slice import Slice
from chassis.identity import Caller
from chassis.settings import SettingsError
from gateway.auth import Authenticator
from gateway.bootstrap import Subgraphs, polling, subgraphs
from gateway.context import DEFAULT_SHOP, Backends, RequestContext
from gateway.errors import Reported, RequestRefused, shown
from gateway.federation.alone import asked_alone
from gateway.federation.checks import object_fields
from gateway.federation.compose import compose
from gateway.federation.graph import Graph, owned
from gateway.http.callers import identify
from gateway.http.endpoint import refusal, unless_gone
from gateway.http.middleware import LastNet, RequestId
from gateway.http.negotiation import JSON
from gateway.http.reading import read_request
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.prepared import OperationRequest, Prepared
from gateway.settings import GatewaySettings
from gateway.slices import SLICES

PATH: Final = "/graphql"
LIMITS: Final = Limits()


class StandaloneContext(RequestContext, Loading):
    """The gateway's context, and loaders: graphql-core resolves one parent at a time."""

    def __init__(self, *arguments: Any) -> None:
        Loading.__init__(self)
        RequestContext.__init__(self, *arguments)


class Permissions:
    """Refuses a field to whom its permission does not name. A middleware of graphql-core."""

    def __init__(self, graph: Graph) -> None:
        self._by_field: Mapping[tuple[str, str], Permission] = {
            (type_name, name): owned(field).permission for type_name, name, field in object_fields(graph.schema)
        }

    def resolve(
        self, following: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any
    ) -> Any:
        permission = self._by_field.get((info.parent_type.name, info.field_name))
        if permission is not None and (refused := permission.refusal(info.context.caller)):
            raise refused
        return following(source, info, **arguments)


@dataclass(frozen=True, kw_only=True)
class StandaloneEndpoint:
    """`/graphql` of one slice: the gateway's reading, limits, callers and errors around graphql-core."""

    piece: Slice
    graph: Graph
    operations: Operations
    permissions: Permissions
    backends: Backends
    authenticator: Authenticator
    metrics: Metrics
    seconds: float

    async def answer(self, request: Request) -> Response:
        try:
            asked = await read_request(request, LIMITS.body_bytes)
            visitor = identify(
                self.authenticator,
                request.headers,
                request_id=request.scope["request_id"],
                ip_address=request.client.host if request.client else "",
            )
            prepared = self.operations.prepare(asked)
            self._require_own(prepared, request.method)
        except RequestRefused as refused:
            return refusal(refused)
        body = await unless_gone(request, self._executed(prepared, asked, visitor.caller))
        return Response(status_code=499) if body is None else Response(orjson.dumps(body), media_type=JSON)

    def _require_own(self, prepared: Prepared, method: str) -> None:
        """Raises RequestRefused for mutations by GET, for subscriptions, and for fields of other slices."""
        if prepared.kind is OperationType.MUTATION and method == "GET":
            raise RequestRefused.because(405, "METHOD_NOT_ALLOWED", "Send mutations by POST.", Allow="POST")
        if prepared.is_subscription:
            raise RequestRefused.because(406, "NOT_ACCEPTABLE", "A slice alone serves no subscriptions.")
        if faults := self.piece.faults(prepared.plan.document):
            raise RequestRefused.document("GRAPHQL_VALIDATION_FAILED", faults)

    async def _executed(self, prepared: Prepared, asked: OperationRequest, caller: Caller) -> dict[str, Any]:
        ctx = StandaloneContext(self.graph, self.backends, caller, DEFAULT_SHOP, self.metrics)
        with identity.acting_as(caller), deadline.within(self.seconds), contextlib.closing(ctx):
            result = await self.piece.answer(
                prepared.plan.document,
                asked.variables,
                asked.operation_name,
                context=ctx,
                middleware=self.permissions,
            )
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = shown([Reported.of(error) for error in result.errors], caller.request_id)
        return body | {"extensions": {"rpcs": ctx.calls.summary()}}


def standalone(
    name: str,
    settings: GatewaySettings,
    *,
    slices: Sequence[Slice] = SLICES,
    connect: Callable[[GatewaySettings], AbstractAsyncContextManager[Subgraphs]] = subgraphs,
) -> Starlette:
    """The application of one slice. Raises SettingsError in production mode."""
    if not settings.development:
        raise SettingsError("a slice alone shows its whole schema: only in development mode")
    piece = next(piece for piece in slices if piece.name == name)
    graph, metrics = compose(slices), Metrics()
    operations = Operations(asked_alone(graph, piece), LIMITS, metrics, introspection=True)
    permissions = Permissions(graph)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with connect(settings) as connected:
            endpoint = StandaloneEndpoint(
                piece=piece,
                graph=graph,
                operations=operations,
                permissions=permissions,
                backends=connected.backends,
                authenticator=Authenticator(connected.backends.account),
                metrics=metrics,
                seconds=settings.request_seconds,
            )
            app.router.routes.append(Route(PATH, endpoint.answer, methods=["GET", "POST"]))
            async with polling(endpoint.authenticator):
                yield

    app = Starlette(lifespan=lifespan)
    app.add_middleware(LastNet)
    app.add_middleware(RequestId)
    return app
