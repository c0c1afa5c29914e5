"""How long a saved change takes to be seen, and whether anybody notices the moment in between.

A copy of the checkout runs under the real Tilt with a state of its own. Files of the copy are edited as an editor
would, while several clients ask the gateway on and on; each answer is looked at.
"""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.embedded.failures import ProcessFailed, StackError
from infra.embedded.ports import free_port
from infra.embedded.process import log_tail
from infra.embedded.state import CHECKOUT, default_cache_folder, read_object

CLIENTS = 4
_PAUSE_SECONDS = 0.05
_READY_SECONDS = 420.0
_SEEN_SECONDS = 30.0
_SETTLE_SECONDS = 1.0
_NOT_COPIED = (".git", ".venv", ".emporium*", "node_modules", "__pycache__", ".*_cache", "tilt_config.json")

_FIND = '{ search(query: "", first: 1) { nodes { id } } }'
_ASK = "query Ask($id: ID!) { product(id: $id) { brand } }"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change of the code that can be seen in a product's brand."""

    what: str
    file: str
    anchor: str
    """A regular expression for what is replaced, by `replacement` with MARK in it."""
    replacement: str

    def apply(self, checkout: Path, original: str, mark: str) -> None:
        """Save the file with the mark in it."""
        path = checkout / self.file
        changed, count = re.subn(self.anchor, self.replacement.replace("MARK", mark), original, count=1)
        if count == 0:
            raise StackError(f"{self.file} no longer has what the benchmark edits.", "Adjust infra/bench/reload.py.")
        path.write_text(changed, encoding="utf-8")


EDITS = (
    Edit(
        what="resolver",
        file="subgraphs/catalog/schema/products.py",
        anchor=r"( +)(rows\[index\] = row\n)",
        replacement=r'\1row.brand = "MARK"\n\1\2',
    ),
    Edit(
        what="servicer",
        file="subgraphs/catalog/rpc/mapping.py",
        anchor=r"brand=product\.brand",
        replacement='brand="MARK"',
    ),
)


@dataclass
class Clients:
    """Ask the gateway on and on, each request on a connection of its own, and keep what they saw."""

    url: str
    product_id: str
    requests: int = 0
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list[str])
    _seen: dict[str, float] = field(default_factory=dict[str, float])
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self) -> Generator[None]:
        """While inside."""
        threads = [threading.Thread(target=self._ask_on, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def first_seen(self, brand: str) -> float | None:
        """When (monotonic) an answer had this brand for the first time."""
        return self._seen.get(brand)

    def _ask_on(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            began = time.monotonic()
            try:
                answer = ask(self.url, _ASK, {"id": self.product_id})
                brand, fault = str(answer["data"]["product"]["brand"]), ""
            except (OSError, ValueError, KeyError, TypeError) as error:
                brand, fault = "", repr(error)
            ended = time.monotonic()
            with self._lock:
                self.requests += 1
                self.slowest = max(self.slowest, ended - began)
                if fault:
                    self.failures.append(fault)
                else:
                    self._seen.setdefault(brand, ended)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was measured; seconds."""

    seconds: dict[str, list[float]]
    """From the save to the first answer of the new code, by what was edited."""
    requests: int
    failed: int
    failures: Sequence[str]
    """The first few."""
    slowest_answer: float

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "edits": {
                what: {
                    "count": len(times),
                    "median_seconds": round(statistics.median(times), 3),
                    "p90_seconds": round(sorted(times)[max(0, -(-9 * len(times) // 10) - 1)], 3),
                    "max_seconds": round(max(times), 3),
                }
                for what, times in self.seconds.items()
            },
            "requests": self.requests,
            "failed_requests": self.failed,
            "failures": list(self.failures),
            "slowest_answer_seconds": round(self.slowest_answer, 3),
        }


def measure(edits: int, tell: Callable[[str], None]) -> Report:
    """Start a copy under Tilt, edit it so many times each way, and stop it. Raises StackError."""
    tilt = shutil.which("tilt")
    if tilt is None:
        raise StackError(
            "The reload benchmark runs the real Tilt, and there is no `tilt` on PATH.",
            "Install Tilt 0.33 or newer, or build the pinned one: "
            f"infra/tools/tilt/build.sh {default_cache_folder()} (needs Go) prints where it is.",
        )
    with tempfile.TemporaryDirectory(prefix="emporium-reload-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the servers' user must pass through
        checkout = copied_checkout(folder / "checkout")
        tell("starting a copy of this checkout under Tilt")
        with running_tilt(tilt, checkout, folder) as gateway:
            product = _first_product(gateway)
            tell(f"the shop answers at {gateway}; editing")
            return _edit(checkout, Clients(url=gateway, product_id=product), edits, tell)


def copied_checkout(target: Path) -> Path:
    """The code as it is now, with the same .venv."""
    shutil.copytree(CHECKOUT, target, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    (target / ".venv").symlink_to(CHECKOUT / ".venv")
    return target


@contextmanager
def running_tilt(tilt: str, checkout: Path, folder: Path) -> Generator[str]:
    """`tilt up` on a checkout until left; yields the gateway's URL when the shop has something to sell."""
    state, log = folder / "state", folder / "tilt.log"
    environment = {
        **os.environ,
        "DO_NOT_TRACK": "1",
        "EMPORIUM_STATE": str(state),
        "PYTHONPATH": os.pathsep.join([str(checkout), str(checkout / "proto/gen")]),
        "TILT_DEV_DIR": str(folder / "tilt"),
    }
    with log.open("wb") as output:
        child = subprocess.Popen(
            [tilt, "up", "--stream", "--port", str(free_port())],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _await_gateway(child, state, log)
    finally:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(timeout=60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _await_gateway(child: subprocess.Popen[bytes], state: Path, log: Path) -> str:
    give_up = time.monotonic() + _READY_SECONDS
    while time.monotonic() < give_up and child.poll() is None:
        port = read_object(state / "ports.json").get("gateway")
        url = f"http://127.0.0.1:{port}"
        try:
            if port is not None and (state / "seeded").exists() and _first_product(url):
                return url
        except (OSError, ValueError, LookupError, TypeError):
            pass
        time.sleep(0.5)
    raise ProcessFailed("tilt", "The shop did not become ready under Tilt.", log_tail=log_tail(log))


def _edit(checkout: Path, clients: Clients, edits: int, tell: Callable[[str], None]) -> Report:
    seconds: dict[str, list[float]] = {edit.what: [] for edit in EDITS}
    originals = {edit.file: (checkout / edit.file).read_text(encoding="utf-8") for edit in EDITS}
    time.sleep(5 * _SETTLE_SECONDS)
    with clients.asking():
        for edit in EDITS:
            for number in range(1, edits + 1):
                mark = f"{edit.what} {number}"
                saved = time.monotonic()
                edit.apply(checkout, originals[edit.file], mark)
                seconds[edit.what].append(_await_answer(clients, mark) - saved)
                tell(f"{mark}: {seconds[edit.what][-1]:.2f} s")
                time.sleep(_SETTLE_SECONDS)
            (checkout / edit.file).write_text(originals[edit.file], encoding="utf-8")
            time.sleep(2 * _SETTLE_SECONDS)
    return Report(
        seconds=seconds,
        requests=clients.requests,
        failed=len(clients.failures),
        failures=clients.failures[:5],
        slowest_answer=clients.slowest,
    )


def _await_answer(clients: Clients, mark: str) -> float:
    give_up = time.monotonic() + _SEEN_SECONDS
    while (seen := clients.first_seen(mark)) is None:
        if time.monotonic() > give_up:
            raise StackError(
                f"No answer had the change {mark!r} within {_SEEN_SECONDS:.0f} s.", str(clients.failures[:3])
            )
        time.sleep(0.005)
    return seen


def ask(url: str, query: str, variables: dict[str, str] | None = None) -> dict[str, Any]:
    """One GraphQL request on a new connection. Raises OSError or ValueError for anything but a whole answer."""
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own address
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        raise OSError(f"HTTP {error.code}: {error.read(500)!r}") from error
    if answer.get("errors"):
        raise ValueError(str(answer["errors"])[:500])
    return answer


def _first_product(url: str) -> str:
    return str(ask(url, _FIND)["data"]["search"]["nodes"][0]["id"])
