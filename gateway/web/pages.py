"""The gateway's web pages: the landing page, GraphiQL for both views of the schema, and their files.

In production mode only the landing page is served. No page asks another host for anything: the content security
policy forbids it, and the browser tests check it.
"""

import html
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.web.build import PAGE, REMEDY
from gateway.web.operations import OPERATIONS, View, saved_operations

HERE: Final = Path(__file__).parent
CHECKOUT: Final = HERE.parent.parent
SUPERGRAPH: Final = HERE.parent / "supergraph.graphql"

# Monaco and GraphiQL write <style> elements and carry their fonts as data: that is all that is looser than 'self'.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_ALWAYS_FRESH: Final = {**SECURITY_HEADERS, "Cache-Control": "no-cache"}
_FOR_EVER: Final = {**SECURITY_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}

Endpoint = Callable[[Request], Awaitable[Response]]


def web_routes(assets: Path | None, *, development: bool, operations: Path = OPERATIONS) -> list[BaseRoute]:
    """Return the routes of all pages.

    `assets` is what `gateway.web.build.ensure_built` returned; it may be filled later, and until then the GraphiQL
    pages say how to build them. Outside development mode only the landing page exists.
    """
    routes: list[BaseRoute] = [
        Route("/", _landing(development=development), methods=["GET"]),
        Route("/site.css", _own_file("site.css"), methods=["GET"]),
        Route("/emporium.svg", _own_file("emporium.svg"), methods=["GET"]),
    ]
    if not development:
        return routes
    views: tuple[tuple[str, View], ...] = (("/graphiql", "storefront"), ("/admin/graphiql", "admin"))
    for path, view in views:
        routes += [
            Route(path, _graphiql(assets), methods=["GET"]),
            Route(f"{path}/", _redirect(path), methods=["GET"]),
            Route(f"{path}/operations.json", _operations(view, operations), methods=["GET"]),
        ]
    routes += [
        Route("/schema.graphql", _schema, methods=["GET"]),
        Route("/docs/{name}.md", _document, methods=["GET"]),
    ]
    if assets is not None:
        routes.append(Mount("/assets", _HashedFiles(directory=assets / "assets", check_dir=False), name="assets"))
    return routes


class _HashedFiles(StaticFiles):
    """Files whose name changes with their content: browsers may keep them for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_FOR_EVER)
        return response


def _landing(*, development: bool) -> Endpoint:
    part = "development.html" if development else "production.html"
    main = Template(_text(part)).substitute(documents=_guides()) if development else _text(part)
    page = Template(_text("landing.html")).substitute(main=main)

    async def landing(_: Request) -> Response:
        return HTMLResponse(page, headers=_ALWAYS_FRESH)

    return landing


def _guides() -> str:
    """Return the list of the checkout's guides as HTML; empty where only the package is installed."""
    items = "".join(
        f'<li><a href="/docs/{file.name}">{html.escape(_heading(file))}</a></li>'
        for file in sorted((CHECKOUT / "docs").glob("*.md"))
    )
    return f'<section>\n<h2>Guides</h2>\n<ul class="documents">{items}</ul>\n</section>' if items else ""


def _graphiql(assets: Path | None) -> Endpoint:
    async def graphiql(_: Request) -> Response:
        if assets is None or not (assets / PAGE).is_file():
            page = Template(_text("not_built.html")).substitute(remedy=html.escape(REMEDY))
            return HTMLResponse(page, status_code=503, headers=_ALWAYS_FRESH)
        return FileResponse(assets / PAGE, media_type="text/html", headers=_ALWAYS_FRESH)

    return graphiql


def _operations(view: View, folder: Path) -> Endpoint:
    async def operations(_: Request) -> Response:
        listed = [operation.for_page() for operation in saved_operations(view, folder)]
        return Response(json.dumps(listed), media_type="application/json", headers=_ALWAYS_FRESH)

    return operations


def _own_file(name: str) -> Endpoint:
    async def own_file(_: Request) -> Response:
        return FileResponse(HERE / "html" / name, headers=_ALWAYS_FRESH)

    return own_file


def _redirect(target: str) -> Endpoint:
    async def redirect(_: Request) -> Response:
        return RedirectResponse(target, headers=SECURITY_HEADERS)

    return redirect


async def _schema(_: Request) -> Response:
    return _plain_text(SUPERGRAPH)


async def _document(request: Request) -> Response:
    folder = CHECKOUT / "docs"
    name = str(request.path_params["name"])
    return _plain_text(folder / f"{name}.md")


def _plain_text(file: Path) -> Response:
    """Answer with a text file. Starlette's path parameters hold no slash, so no name leads out of the folder."""
    if not file.is_file():
        return PlainTextResponse("Not found", status_code=404, headers=_ALWAYS_FRESH)
    return FileResponse(file, media_type="text/plain; charset=utf-8", headers=_ALWAYS_FRESH)


def _heading(document: Path) -> str:
    first = document.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("#").strip() or document.stem


def _text(name: str) -> str:
    return (HERE / "html" / name).read_text(encoding="utf-8")
