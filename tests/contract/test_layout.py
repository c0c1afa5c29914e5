"""Habits that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("chassis", "gateway", "infra", "subgraphs")
BANNED_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc"}
PAGES = ["README.md", *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*.md")))]


def modules() -> list[Path]:
    return [path for folder in CODE for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts]


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    assert [path for path in modules() if path.stem in BANNED_NAMES or path.parent.name in BANNED_NAMES] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_paths_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    named = re.findall(
        r"`((?:chassis|docs|gateway|infra|proto|subgraphs|tests|tilt)/[\w./\-]*|README\.md|Makefile|Tiltfile)`", text
    )
    linked = [link for link in re.findall(r"\]\(([^)#:\s]+)\)", text) if not link.startswith("http")]
    missing = [path for path in named if not (ROOT / path).exists()]
    missing += [link for link in linked if not ((ROOT / page).parent / link).exists()]
    assert missing == []


def test_no_test_waits_by_a_long_sleep() -> None:
    sleeps = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "tests").rglob("*.py")
        for match in re.finditer(
            r"^\s*(?:await asyncio|time)\.sleep\((\d+(?:\.\d+)?)\)", path.read_text(), re.MULTILINE
        )
        if float(match[1]) > 0.5
    ]
    assert sleeps == []
