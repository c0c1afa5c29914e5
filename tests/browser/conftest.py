"""A real Chromium on a real server; without Chromium the tests are skipped, except as root, who can install it."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from starlette.applications import Starlette

from gateway.web.build import ensure_built
from infra.embedded.state import default_cache_folder
from tests.browser.shop import shop

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,900",
)

Serve = Callable[[Starlette], str]


@pytest.fixture(scope="session")
def assets() -> Path:
    """The built page; from the user's cache, so that the tests and `make up` build it once."""
    return ensure_built(default_cache_folder())


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        missing = "Chromium or its driver is missing: apt-get install chromium chromium-driver"
        pytest.fail(missing) if os.geteuid() == 0 else pytest.skip(missing)
    options = Options()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    chrome.set_page_load_timeout(60)
    yield chrome
    chrome.quit()


@contextmanager
def serving() -> Generator[Serve]:
    """Serve an app on a free loopback port and return its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: Starlette) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        ready = threading.Event()
        accept = server.startup

        async def startup(sockets: list[socket.socket] | None = None) -> None:
            await accept(sockets)
            ready.set()

        server.startup = startup
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread))
        assert ready.wait(20)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    try:
        yield start
    finally:
        for server, thread in running:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Until the end of the test."""
    with serving() as start:
        yield start


@pytest.fixture
def operations(tmp_path: Path) -> Path:
    """Three example operations for the tiny shop; the second needs an id that the first one's answer brings."""
    (tmp_path / "admin").mkdir()
    (tmp_path / "1_search.graphql").write_text(
        "# title: Search products\n# Finds things.\nquery Search($words: String!) {\n"
        "  search(query: $words) { id name }\n}\n"
    )
    (tmp_path / "1_search.json").write_text('{"words": "lamp"}')
    (tmp_path / "2_product.graphql").write_text(
        "# title: Show a product\nquery Show($id: ID!) {\n  product(id: $id) { name }\n}\n"
    )
    (tmp_path / "2_product.json").write_text('{"id": "{{prd}}"}')
    (tmp_path / "3_countdown.graphql").write_text(
        "# title: Count down\nsubscription Countdown {\n  countdown(start: 3)\n}\n"
    )
    (tmp_path / "admin" / "1_who.graphql").write_text("# title: Who am I\nquery Who { authorization }\n")
    return tmp_path


@pytest.fixture
def shop_address(assets: Path, operations: Path, serve: Serve) -> str:
    return serve(shop(assets, operations, demo_logins=True))
