"""What the tests of the live-reload loop share."""

import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def checkout() -> Path:
    return Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An own state folder, and an own folder for what Tilt keeps for itself."""
    own = {"EMPORIUM_STATE": str(tmp_path / "state"), "TILT_DEV_DIR": str(tmp_path / "tilt"), "DO_NOT_TRACK": "1"}
    return {**os.environ, **own}


@pytest.fixture
def tilt(checkout: Path) -> str:
    found = shutil.which("tilt")
    if found is None:
        pytest.skip("there is no tilt on PATH; `make test-peers` builds one")
    if not (checkout / ".venv/bin/emporium").exists():
        pytest.skip("the Tiltfile needs the checkout's own .venv")
    return found
