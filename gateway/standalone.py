"""One slice alone, as an Apollo Federation subgraph for any router: `emporium subgraph catalog --graphql`.

Executed by graphql-core over the slice's own schema, with the same resolvers, callers and permissions as in the
gateway. `_service` tells the whole schema and `_entities` answers any id, so it is for development mode only.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import orjson
from graphql import GraphQLResolveInfo
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chassis import deadline, identity
from chassis.graph.loading import Loading
from chassis.graph.permission import Permission
from chassis.graph.slice import Slice
from chassis.settings import SettingsError
from gateway.auth import Authenticator
from gateway.bootstrap import Subgraphs, polling, subgraphs
from gateway.context import DEFAULT_SHOP, RequestContext
from gateway.errors import Reported, RequestRefused, shown
from gateway.federation.checks import object_fields
from gateway.federation.compose import compose
from gateway.federation.graph import Graph, owned
from gateway.http.callers import identify
from gateway.http.endpoint import refusal
from gateway.http.middleware import LastNet, RequestId
from gateway.http.reading import read_request
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.settings import GatewaySettings
from gateway.slices import SLICES

PATH: Final = "/graphql"


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
    permissions = Permissions(graph)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with connect(settings) as connected:
            authenticator = Authenticator(connected.backends.account)

            async def answer(request: Request) -> Response:
                try:
                    asked = await read_request(request, Limits().body_bytes)
                    visitor = identify(
                        authenticator, request.headers, request_id=request.scope["request_id"], ip_address=""
                    )
                except RequestRefused as refused:
                    return refusal(refused)
                ctx = StandaloneContext(graph, connected.backends, visitor.caller, DEFAULT_SHOP, metrics)
                with identity.acting_as(visitor.caller), deadline.within(settings.request_seconds):
                    result = await piece.answer(
                        asked.query, asked.variables, asked.operation_name, context=ctx, middleware=permissions
                    )
                body: dict[str, Any] = {"data": result.data}
                if result.errors:
                    body["errors"] = shown([Reported.of(error) for error in result.errors], visitor.caller.request_id)
                return Response(orjson.dumps(body), media_type="application/json")

            app.router.routes.append(Route(PATH, answer, methods=["GET", "POST"]))
            async with polling(authenticator):
                yield

    app = Starlette(lifespan=lifespan)
    app.add_middleware(LastNet)
    app.add_middleware(RequestId)
    return app
