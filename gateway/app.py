"""The gateway on one screen: its routes, its middleware, and what starts with it."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute

from chassis import telemetry
from chassis.graph.slice import Slice
from chassis.settings import load
from gateway.admission import Admission
from gateway.auth import Authenticator
from gateway.bootstrap import Subgraphs, counted_searches, polling, rate_limit, sharing, subgraphs
from gateway.documents import Documents, read_manifest
from gateway.federation.compose import compose
from gateway.federation.graph import View
from gateway.http.demo_login import DemoLogin
from gateway.http.endpoint import GraphQLEndpoint
from gateway.http.health import Health
from gateway.http.middleware import LastNet, RequestId
from gateway.http.origins import OriginGuard, Origins
from gateway.http.serving import Serving
from gateway.http.webhooks import Webhooks
from gateway.http.websocket import WebSocketEndpoint
from gateway.http.writing import Writers
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.operations import Operations
from gateway.settings import GatewaySettings
from gateway.slices import SLICES
from gateway.warming import warm
from gateway.web.pages import web_routes

ENDPOINTS = {"/graphql": View.STOREFRONT, "/admin/graphql": View.ADMIN}


def create() -> Starlette:
    """The application by the environment's settings: for `uvicorn --factory gateway.app:create`."""
    settings = load(GatewaySettings)
    telemetry.configure(settings, "gateway")
    return application(settings)


def application(
    settings: GatewaySettings,
    *,
    slices: Sequence[Slice] = SLICES,
    connect: Callable[[GatewaySettings], AbstractAsyncContextManager[Subgraphs]] = subgraphs,
    metrics: Metrics | None = None,
    limits: Limits | None = None,
) -> Starlette:
    """Raises CompositionError when the slices do not fit together, SettingsError for a manifest that is none."""
    graphs = {path: compose(slices, view) for path, view in ENDPOINTS.items()}
    metrics, limits = metrics or Metrics(), limits or Limits()
    origins = Origins(settings.origins)
    documents = _documents(settings, metrics)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with (
            connect(settings) as connected,
            rate_limit(settings, metrics) as rate,
            sharing(settings, metrics, slices) as shared,
            counted_searches(settings, metrics, connected.backends) as searches,
        ):
            connected.guards.watch = metrics.guarded
            admission = Admission(metrics, most_in_flight=settings.max_in_flight, rate=rate)
            authenticator = Authenticator(connected.backends.account)
            routes = app.router.routes
            health = Health(authenticator, connected.channels)
            writers = Writers()
            webhooks = Webhooks(connected.backends.orders)
            views = {
                path: Operations(graph, limits, metrics, introspection=settings.development, known=documents)
                for path, graph in graphs.items()
            }
            for path, operations in views.items():
                serving = Serving(
                    operations=operations,
                    backends=connected.backends,
                    authenticator=authenticator,
                    metrics=metrics,
                    limits=limits,
                    admission=admission,
                    request_seconds=settings.request_seconds,
                    development=settings.development,
                    sharing=shared,
                    writers=writers,
                    searches=searches,
                )
                routes.append(Route(path, GraphQLEndpoint(serving)))
                routes.append(WebSocketRoute(path, WebSocketEndpoint(serving, origins).serve))
            routes.append(Route("/healthz", health.live, methods=["GET"]))
            routes.append(Route("/readyz", health.ready, methods=["GET"]))
            routes.append(Route("/webhooks/{provider}", webhooks.receive, methods=["POST"]))
            if settings.development and settings.demo_file:
                demo = DemoLogin(connected.backends.account, Path(settings.demo_file), settings.origins)
                routes.append(Route("/dev/demo-login", demo.log_in, methods=["POST"]))
            routes.extend(_pages(settings))
            async with polling(authenticator):
                await warm(list(views.values()), documents.trusted)
                yield

    app = Starlette(lifespan=lifespan)
    # The last added is the outermost.
    app.add_middleware(OriginGuard, origins=origins)
    app.add_middleware(LastNet)
    app.add_middleware(RequestId)
    if telemetry.tracing():
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        app.add_middleware(OpenTelemetryMiddleware, excluded_urls="healthz,readyz", exclude_spans=["receive", "send"])
    return app


def _documents(settings: GatewaySettings, metrics: Metrics) -> Documents:
    if not settings.trusted_documents:
        return Documents(metrics)
    trusted = read_manifest(Path(settings.trusted_documents))
    return Documents(metrics, trusted, trusted_only=not settings.development)


def _pages(settings: GatewaySettings) -> list[BaseRoute]:
    assets = Path(settings.web_assets) if settings.web_assets else None
    return web_routes(assets, development=settings.development)
