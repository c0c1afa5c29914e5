"""The npm packages that judge the gateway, installed once into the user's cache from the committed lock."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.web.node import RegistryUnreachable, install_packages, run_node
from infra.embedded.state import default_cache_folder

HERE = Path(__file__).parent
Judge = Callable[..., Any]


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Runs one of this folder's scripts and gives back the JSON it prints."""
    folder = installed(HERE)

    def run(script: str, *arguments: str) -> Any:
        # Scripts find packages beside themselves.
        copy = folder / f"{os.getpid()}-{script}"
        shutil.copyfile(HERE / script, copy)
        try:
            return json.loads(run_node(folder, str(copy), *arguments))
        finally:
            copy.unlink()

    return run


def installed(packages: Path) -> Path:
    """Where the packages of a folder's lock are. Without a network at the first run the tests that need them skip."""
    cache = default_cache_folder()
    digest = hashlib.sha256((packages / "package-lock.json").read_bytes()).hexdigest()[:16]
    target = cache / "conformance" / digest
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            with tempfile.TemporaryDirectory(prefix=".installing-", dir=target.parent) as made:
                work = Path(made) / "work"
                work.mkdir()
                for name in ("package.json", "package-lock.json"):
                    shutil.copyfile(packages / name, work / name)
                try:
                    install_packages(work, cache / "npm")
                except RegistryUnreachable as away:
                    pytest.skip(f"{away}; one run with a network keeps the packages for all others")
                work.rename(target)
    return target
