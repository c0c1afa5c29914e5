"""Building the page: once, offline afterwards, and with a clear word when the network is missing."""

import re
from pathlib import Path

import pytest

from gateway.web.build import SOURCES, WebBuildError, ensure_built, inputs_hash


def test_a_second_build_needs_neither_time_nor_network(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    steps: list[str] = []
    assert ensure_built(assets.parents[1], steps.append) == assets
    assert steps == []
    assert assets.name == inputs_hash()


def test_without_a_network_the_first_build_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    with pytest.raises(WebBuildError, match=r"npm registry cannot be reached.*python -m gateway\.web\.build"):
        ensure_built(tmp_path)
    assert not [path for path in (tmp_path / "web").iterdir() if path.name != ".lock"]


def test_the_page_names_no_other_host(assets: Path) -> None:
    page = (assets / "graphiql.html").read_text()
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "<script>" not in page


def test_the_lock_pins_every_package_by_hash_and_names_no_registry() -> None:
    lock = (SOURCES / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
