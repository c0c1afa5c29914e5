"""What the web routes answer, without a browser."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from gateway.web.build import PAGE
from gateway.web.pages import web_routes


def client(assets: Path | None, *, development: bool = True) -> httpx.AsyncClient:
    app = Starlette(routes=web_routes(assets, development=development))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


async def test_production_serves_the_landing_page_only() -> None:
    pages = client(None, development=False)
    landing = await pages.get("/")
    assert landing.status_code == 200
    assert "production mode" in landing.text
    for path in ("/graphiql", "/admin/graphiql", "/graphiql/operations.json", "/schema.graphql", "/docs/index.md"):
        assert (await pages.get(path)).status_code == 404, path


@pytest.mark.parametrize("path", ["/graphiql", "/admin/graphiql"])
async def test_a_page_that_is_not_built_says_how_to_build_it(path: str, tmp_path: Path) -> None:
    for assets in (None, tmp_path / "nothing-here"):
        answer = await client(assets).get(path)
        assert answer.status_code == 503
        assert "python -m gateway.web.build" in answer.text


async def test_a_page_built_after_the_start_is_served(tmp_path: Path) -> None:
    assets = tmp_path / "built"
    pages = client(assets)
    assert (await pages.get("/graphiql")).status_code == 503
    (assets / "assets").mkdir(parents=True)
    (assets / PAGE).write_text("the page")
    (assets / "assets" / "main-HASH.js").write_text("1")
    assert (await pages.get("/graphiql")).text == "the page"
    assert "immutable" in (await pages.get("/assets/main-HASH.js")).headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/", "/site.css", "/emporium.svg", "/graphiql", "/graphiql/operations.json", "/docs/none.md"]
)
async def test_every_answer_carries_the_security_headers(path: str) -> None:
    headers = (await client(None).get(path)).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["../pyproject", "..%2fREADME", "%2e%2e%2fREADME", "..%5cREADME"])
async def test_no_document_outside_the_docs_folder_is_served(name: str) -> None:
    assert (await client(None).get(f"/docs/{name}.md")).status_code == 404
